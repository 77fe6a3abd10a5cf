// The officer's desk.

import { readFileSync } from 'node:fs';

import { faulty_lines, file_corrected, file_with_ten_errors } from '../penalties.mjs';

const csv = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

/** The figure of a page that stands over these words. */
async function figure(w, words) {
  const box = w.page.locator('.figures li', { hasText: words });
  return Number((await box.locator('strong').innerText()).replaceAll(',', ''));
}

async function upload(w, item, file) {
  await w.choose(w.field(w.t('office-item')), item);
  await w.attach(w.page.locator('#file'), file);
  await w.press(w.button(w.t('office-file-look')));
  await w.see(w.heading(w.t('office-preview-title')));
}

export const journeys = [
  {
    name: 'a clerk files a table with ten errors and corrects it',
    async walk(w) {
      const { wrong, right, lines } = file_with_ten_errors(w.unique());
      const { name } = await w.city.ask('/api/v1/catalogue/administrative-penalty');
      const item = name[w.language];
      const expect_figures = async (figures) => {
        for (const [words, count] of Object.entries(figures)) {
          const shown = await figure(w, w.t(words));
          w.expect(shown === count, `\`${w.t(words)}\` is ${shown}, and not ${count}`);
        }
      };
      let corrected;
      await w.step('goes to filing', async () => {
        await w.sign_in('clerk');
        await w.press(w.link(w.t('office-nav-file')));
        await w.at('/office/file');
        await w.see(w.heading(w.t('office-file-title')));
      });
      await w.step('uploads the table and sees what is wrong', async () => {
        await upload(w, item, csv('处罚决定.csv', wrong));
        await expect_figures({ 'office-would-file': lines - 10, 'office-would-refuse': 10 });
        const shown = await w.page.locator('tr.refused-line td.number').allInnerTexts();
        w.expect(shown.join() === faulty_lines.join(), `the lines ${shown} are refused, and not ${faulty_lines}`);
      });
      await w.step('takes the refused rows along as a file', async () => {
        const path = await w.download(w.link(w.t('office-returned-download')));
        corrected = file_corrected(readFileSync(path, 'utf8'), right);
        w.expect(corrected.lines.join() === faulty_lines.join(), `the file holds the lines ${corrected.lines}`);
      });
      await w.step('files the good lines', async () => {
        await w.press(w.button(w.t('office-preview-file')));
        await w.see(w.heading(w.t('office-filed-done')));
        await expect_figures({ 'office-filed': lines - 10, 'office-refused': 10 });
      });
      await w.step('uploads the rows again, corrected', async () => {
        await w.press(w.link(w.t('office-file-next')));
        await w.at('/office/file');
        await upload(w, item, csv('处罚决定（已更正）.csv', corrected.text));
        await expect_figures({ 'office-would-file': 10, 'office-unchanged': 0, 'office-would-refuse': 0 });
      });
      await w.step('and has it filed, with its receipt', async () => {
        await w.press(w.button(w.t('office-preview-file')));
        await w.see(w.heading(w.t('office-filed-done')));
        await expect_figures({ 'office-filed': 10, 'office-unchanged': 0, 'office-refused': 0 });
      });
      await w.step('finds it again among the batches', async () => {
        await w.press(w.link(w.pattern('office-batch-title'), w.page.locator('.banner')));
        await w.at(/^\/office\/batches\/\d+$/);
        await expect_figures({ 'office-filed': 10, 'office-unchanged': 0, 'office-refused': 0 });
      });
      await w.step('and checks the receipt', async () => {
        await w.press(w.link(w.t('office-receipt')));
        await w.at('/journal/receipt');
        await w.press(w.button(w.t('receipt-verify')));
        await w.see(w.text(w.t('receipt-result')));
        await w.see(w.page.locator('[data-verdict^=holds]').filter({ visible: true }));
      });
    },
  },
  {
    name: 'an officer without a duty is told why there is nothing to inquire',
    async walk(w) {
      await w.step('wants to inquire', async () => {
        await w.sign_in('clerk');
        await w.at('/office');
        await w.see(w.heading(w.t('office-no-duty-title')));
        await w.see(w.text(w.t('office-no-duty-why')));
        w.expect((await w.page.locator('#identifier').count()) === 0, 'there is a field to inquire all the same');
      });
      await w.step('reads the article', async () => {
        await w.press(w.link(w.t('office-article-20'), w.page.locator('.banner')));
        await w.at('/law/20');
        await w.see(w.text(w.t('article-own-words')));
      });
      await w.step('and what can be done instead', async () => {
        await w.press(w.page.locator('.visitor a').first());
        await w.at('/office');
        await w.see(w.heading(w.t('office-no-duty-what')));
      });
    },
  },
  {
    name: 'an officer inquires for a duty and sees what is shown and what is withheld',
    async walk(w) {
      const { person } = w.city.examples;
      const matter = `（2026）核字第${w.unique()}号`;
      const duty = w.page.locator('input[name=duty][value="2"]');
      const inquire = w.button(w.t('office-inquire'));
      await w.step('begins with the duty', async () => {
        await w.sign_in('officer');
        await w.at('/office');
        await w.see(w.heading(w.t('office-inquiry-title')));
        await w.tick(duty);
      });
      await w.step('forgets the matter and is told', async () => {
        await w.write(w.field(w.t('office-identifier')), person);
        await w.press(inquire);
        await w.see(w.heading(w.t('office-faults')));
        await w.see(w.link(w.t('office-fault-matter')));
        w.expect(await duty.isChecked(), 'the duty that was chosen is forgotten');
        w.expect((await w.field(w.t('office-identifier')).inputValue()) === person, 'the number that was entered is gone');
      }, { status: 422 });
      await w.step('names the matter and sees the result', async () => {
        await w.write(w.field(w.t('office-matter')), matter);
        await w.press(inquire);
        await w.see(w.heading(w.pattern('office-result-entered')));
        await w.see(w.text(matter));
        w.expect(!(await w.page.locator('main').innerText()).includes(person), 'the whole number of a person stands on the page');
        w.expect((await figure(w, w.t('office-result-shown'))) > 0, 'nothing is shown');
      });
      await w.step('and why the rest is withheld', async () => {
        w.expect((await figure(w, w.t('office-result-withheld'))) > 0, 'nothing is withheld');
        await w.see(w.heading(w.t('office-withheld-heading')));
        await w.press(w.page.locator('section', { has: w.page.locator('#withheld') }).getByRole('link').first());
        await w.at('/law/11');
      });
    },
  },
];
