// What the city is given before its pages are looked at, so that each kind of page has something to show.

import { file_with_doubtful_code, file_with_ten_errors } from './penalties.mjs';

/** Files a batch with refused lines and one line that is held, and proposes to revoke a batch. `enter` gives someone who has signed
 * in as an account. */
export async function prepare(city, enter) {
  const with_refused = await city.file('administrative-penalty', file_with_ten_errors('bei').wrong);
  await city.file('administrative-penalty', file_with_doubtful_code('dai', 1).text);
  const proposed = await city.file('administrative-penalty', file_with_ten_errors('che').right);
  const officer = await enter('officer');
  await officer.open(`/office/batches/${proposed.batch}`);
  const form = officer.page.locator(`form[action$="/office/batches/${proposed.batch}/revoke"]`);
  await officer.press(officer.page.locator('details', { has: form }).locator('summary'));
  await officer.write(form.locator('textarea'), '整批文号登记有误，决定书已经重新编号');
  await officer.press(form.getByRole('button'));
  await officer.page.waitForURL(/\/office\/proposals/);
  const { records } = await city.ask(`/api/v1/organisations/${city.examples.organisation}`);
  return { batch: with_refused.batch, own: records[0].record };
}
