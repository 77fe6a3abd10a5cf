// What the city is given before its pages are looked at, so that each kind of page has something to show.

import { file_with_doubtful_code, file_with_ten_errors, penalty_of } from './penalties.mjs';

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
  return { batch: with_refused.batch, own: records[0].record, ...(await with_cases(city, officer)) };
}

/** Penalties of the company: one with an objection in hand, one with an answered one, one with an application, one for which one can
 * be made. */
async function with_cases(city, officer) {
  const { organisation, organisation_name } = city.examples;
  const days = { disputed: '2026-11-16', answered: '2026-11-16', applied: '2026-05-11', restorable: '2026-05-11' };
  const found = {};
  for (const [word, day] of Object.entries(days)) {
    const penalty = penalty_of(organisation, organisation_name, word, day);
    await city.file('administrative-penalty', penalty.text);
    const { records } = await city.ask(`/api/v1/organisations/${organisation}`);
    found[word] = records.find(({ document_number }) => document_number === penalty.number).record;
  }
  const points = [{ claim: 'untrue', statement: '罚款金额应为900元。' }, { claim: 'wrong_period', statement: '公示期应从决定之日起算。' }];
  const materials = [{ title: '行政处罚决定书', document_number: '京海市监演示处罚〔2026〕1号', text: '第1页写明900元。' }];
  const object = async (record) => (await city.ask_as_company(`/api/v1/records/${record}/objections`, { points, materials })).case;
  const cases = { disputed: await object(found.disputed), answered: await object(found.answered) };
  const proof = { performance: '罚款已缴清。', materials, commitment: '承诺今后明码标价。' };
  cases.applied = (await city.ask_as_company(`/api/v1/records/${found.applied}/restoration-applications`, proof)).case;
  for (const number of [cases.disputed, cases.answered]) {
    await officer.open(`/office/cases/${number}`);
    await officer.press(officer.button(officer.t('case-accept-button')));
    await officer.see(officer.text(officer.t('my-done')));
  }
  for (const place of [0, 1]) {
    await officer.tick(officer.page.locator(`input[name="answers-${place}-upheld"][value="no"]`));
    await officer.write(officer.page.locator(`#answers-${place}-reply`), '经核查，与决定书一致。');
    await officer.write(officer.page.locator(`#answers-${place}-evidence`), '决定书正本');
  }
  await officer.tick(officer.page.locator('input[name="outcome"][value="upheld"]'));
  await officer.press(officer.button(officer.t('case-decide-button')));
  await officer.see(officer.text(officer.t('my-done')));
  return { records: found, cases };
}
