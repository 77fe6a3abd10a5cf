// Files that an office files: the samples of `demo/samples`, made a walk's own by their document numbers, and corrected as a clerk
// corrects them.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sample = fileURLToPath(new URL('../../demo/samples/penalty-with-errors.csv', import.meta.url));
const number = '行政处罚决定书文号';

/** Each line of the file that is refused, and how a clerk who has read the reason corrects it: the cell and what belongs there. */
const corrections = {
  3: { [number]: (row) => row.number },
  4: { 处罚类别: () => '罚款' },
  5: { 处罚决定日期: () => '2026-11-16' },
  6: { 处罚决定日期: () => '2026-11-16' },
  7: { '行政相对人代码_1（统一社会信用代码）': () => '91110108YY0001063G' },
  8: { '行政相对人代码_1（统一社会信用代码）': () => '91110108YY0001071B' },
  9: { '罚款金额（万元）': () => '0.2' },
  10: { 违法事实: () => '当事人的店员拒绝配合检查。' },
  11: { '罚款金额（万元）': () => '0.2' },
  12: { 行政相对人类别: () => '法人及非法人组织' },
};

/** The lines with an error, in their order. */
export const faulty_lines = Object.keys(corrections).map(Number);

/** A file of twelve lines, ten of them with an error, and the same file corrected. `word` goes into every document number. */
export function file_with_ten_errors(word) {
  const [head, ...lines] = readFileSync(sample, 'utf8').replace(/^\uFEFF/, '').trimEnd().split(/\r?\n/);
  const columns = head.split(',');
  // The thirteenth line has an eleventh error. No cell of this sample has a comma in it.
  const kept = lines.filter((_, place) => place !== 11).map((line) => line.split(','));
  const numbered = kept.map((cells, place) => {
    const own = { number: `京海市监演示处罚〔2026〕${word}-${place + 2}号`, line: place + 2 };
    const filled = cells.map((cell, column) => (columns[column] === number && cell !== '' ? own.number : cell));
    return { ...own, cells: filled };
  });
  const text = (rows) => `\uFEFF${[columns, ...rows].map((cells) => cells.join(',')).join('\r\n')}\r\n`;
  const corrected = numbered.map((row) => row.cells.map((cell, column) => corrections[row.line]?.[columns[column]]?.(row) ?? cell));
  return { wrong: text(numbered.map((row) => row.cells)), right: text(corrected), lines: kept.length };
}

/** The refused rows as they came back, with what the corrected file has in them: the columns that say why stay where they are. */
export function file_corrected(returned, right) {
  const [, ...rights] = right.replace(/^\uFEFF/, '').trimEnd().split('\r\n');
  const [head, ...rows] = returned.trimEnd().split('\r\n');
  const columns = rights[0].split(',').length;
  // The file's own cells have no commas in them; the first cell behind them is the number of the line.
  const reasons = rows.map((row) => row.split(',').slice(columns));
  const lines = reasons.map(([line]) => Number(line));
  const text = [head, ...reasons.map((cells, place) => [rights[lines[place] - 2], ...cells].join(','))].join('\r\n');
  return { text: `${text}\r\n`, lines };
}

/** A file of one line about an organisation whose code has a wrong check character: it is held until someone compared the code. */
export function file_with_doubtful_code(word, serial) {
  const [head, line] = readFileSync(sample, 'utf8').replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = head.split(',');
  const code = doubtful_code(serial);
  const cells = line.split(',').map((cell, column) => ({ [number]: `京海市监演示处罚〔2026〕${word}号`, '行政相对人代码_1（统一社会信用代码）': code })[columns[column]] ?? cell);
  return { text: `\uFEFF${head}\r\n${cells.join(',')}\r\n`, code };
}

/** A file of one fine that was decided on a day, about an organisation that is told by its code and name. */
export function penalty_of(code, name, word, day) {
  const [head, line] = readFileSync(sample, 'utf8').replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = head.split(',');
  const own = `京海市监演示处罚〔2026〕${word}号`;
  const put = { 行政相对人名称: name, [number]: own, '行政相对人代码_1（统一社会信用代码）': code, 处罚决定日期: day };
  const cells = line.split(',').map((cell, column) => put[columns[column]] ?? cell);
  return { text: `\uFEFF${head}\r\n${cells.join(',')}\r\n`, number: own };
}

// An organisation's code (GB 32100 around GB 11714) in which one character is not as the others ask.
function doubtful_code(serial) {
  const places = (text, letters) => [...text].map((letter) => letters.indexOf(letter));
  const weighed = (numbers, weights) => numbers.reduce((sum, value, place) => sum + value * weights[place], 0);
  const own = `YY${String(serial).padStart(6, '0')}`;
  const rest = 11 - (weighed(places(own, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'), [3, 7, 9, 10, 5, 8, 4, 2]) % 11);
  const inner = `91110108${own}${{ 10: 'X', 11: '0' }[rest] ?? rest}`;
  const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const sum = weighed(places(inner, letters), [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]);
  const right = (31 - (sum % 31)) % 31;
  return inner + letters[(right + 1) % 31];
}
