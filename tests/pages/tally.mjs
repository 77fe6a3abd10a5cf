// What was checked, one line a check, and the count of the last line.

let passed = 0;
let failed = 0;

/** Runs one check: `look` answers with the list of what is wrong, and may say something in `told`. */
export async function check(title, look) {
  const began = performance.now();
  const told = [];
  let wrong;
  try {
    wrong = (await look(told)) ?? [];
  } catch (error) {
    wrong = [String(error?.stack ?? error)];
  }
  const took = ((performance.now() - began) / 1000).toFixed(1);
  const notes = told.length > 0 ? `: ${told.join(', ')}` : '';
  if (wrong.length === 0) {
    passed += 1;
    console.log(`ok      ${title} (${took} s)${notes}`);
  } else {
    failed += 1;
    console.log(`FAILED  ${title} (${took} s)${notes}`);
    for (const line of wrong) console.log(`          ${line.replaceAll('\n', '\n          ')}`);
  }
}

/** Does the tasks, `width` of them at a time, in their order. Each is given its lane, in which it may leave what the next uses. */
export async function side_by_side(tasks, width) {
  const left = [...tasks];
  const work = async (lane) => {
    for (let task = left.shift(); task; task = left.shift()) await task(lane);
  };
  await Promise.all(Array.from({ length: width }, () => work(new Map())));
}

/** Prints the count as `./test` reads it; whether nothing failed. */
export function count() {
  if (passed + failed === 0) {
    console.log('nothing was checked: no address and no journey has this name');
    failed = 1;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}
