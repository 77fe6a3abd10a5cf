// The operator's desk.

import { file_with_doubtful_code } from '../penalties.mjs';

let filed = 100;

export const journeys = [
  {
    name: 'the operator opens a held record and verifies its code',
    async walk(w) {
      filed += 1;
      const { text, code } = file_with_doubtful_code(w.unique(), filed);
      const { batch } = await w.city.file('administrative-penalty', text);
      const place = `${w.t('verification-batch', { count: batch })} ${w.t('verification-line', { count: 2 })}`;
      const row = w.page.getByRole('row', { name: place });
      await w.step('sees what waits', async () => {
        await w.sign_in('operator');
        await w.at('/operations');
        await w.see(w.heading(w.t('operations-overview')));
        await w.press(w.link(w.t('operations-waiting')));
        await w.at('/operations/verification');
        await w.see(row);
        w.expect(!(await w.page.locator('main').innerText()).includes(code), 'the list tells the code');
      });
      await w.step('opens one, and is told that this is entered', async () => {
        await w.press(row.getByRole('button'));
        await w.see(w.heading(w.t('verification-opened')));
        await w.see(w.text(w.t('verification-entered')));
        w.expect((await w.field(w.t('verification-code')).inputValue()) === '', 'the code is filled in already');
      });
      await w.step('compares the code and confirms it', async () => {
        await w.write(w.field(w.t('verification-code')), code);
        await w.write(w.field(w.t('verification-reason')), '京登记函〔2026〕7号');
        await w.press(w.button(w.t('verification-confirm')));
        await w.see(w.heading(w.t('verification-done')));
      });
      await w.step('and it waits no more', async () => {
        await w.press(w.link(w.t('verification-back')));
        await w.at('/operations/verification');
        await w.see(w.heading(w.t('operations-verification')));
        w.expect((await row.count()) === 0, 'it waits still');
        const { records } = await w.city.ask(`/api/v1/organisations/${code}`);
        w.expect(records.length === 1, `${records.length} records are shown to everyone`);
      });
    },
  },
];
