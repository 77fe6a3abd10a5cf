// Objection and restoration, from the first click to what comes of it: the person in the record, the officer who answers, the public.

import { penalty_of } from '../penalties.mjs';

/** A penalty of the walk's own about the company that the representative acts for; its record. */
async function filed(w, day) {
  const { organisation } = w.city.examples;
  const place = `/api/v1/organisations/${organisation}`;
  const { name } = await w.city.ask(place);
  const penalty = penalty_of(organisation, name, w.unique(), day);
  await w.city.file('administrative-penalty', penalty.text);
  const { records } = await w.city.ask(place);
  return { organisation, record: records.find(({ document_number }) => document_number === penalty.number).record };
}

/** Goes as somebody else, in the same browser. */
async function goes_as(w, account) {
  await w.context.clearCookies();
  await w.sign_in(account);
}

const number_in = (place) => Number(place.split('/').pop());

/** The officer finds the case in the list and takes it in hand. */
async function takes_in_hand(w, number) {
  await goes_as(w, 'officer');
  await w.see(w.heading(w.t('waiting-heading')));
  await w.press(w.link(w.t('office-nav-cases')));
  await w.at('/office/cases');
  await w.press(w.page.locator(`main a[href$="/office/cases/${number}"]`).first());
  await w.at(`/office/cases/${number}`);
  await w.press(w.button(w.t('case-accept-button')));
  await w.see(w.text(w.t('my-done')));
  await w.see(w.text(w.t('case-accepted')));
}

export const journeys = [
  {
    name: 'a company objects, and reads the answer to its point',
    ways: ['pointer', 'phone', 'plain'],
    async walk(w) {
      const { organisation, record } = await filed(w, '2026-11-16');
      const card = w.page.locator(`#record-${record}`);
      const reply = `金额登记有误，应为900元（${w.unique()}）`;
      let number;
      await w.step('comes to the record and to the form', async () => {
        await w.sign_in('representative');
        await w.press(w.page.locator(`a[href$="/my/records/${record}"]`).first());
        await w.at(`/my/records/${record}`);
        await w.see(w.heading(w.t('rights-of-record')));
        await w.press(w.link(w.t('objection-title')));
        await w.at(`/my/records/${record}/objection`);
      });
      await w.step('forgets what is wrong and is told beside the box', async () => {
        await w.write(w.page.locator('#point-1-statement'), '罚款金额应为900元，决定书上写的就是900元。');
        await w.press(w.button(w.t('objection-send')));
        await w.see(w.heading(w.t('form-wrong')));
        await w.see(w.page.locator('#point-1-claim-fault'));
        w.expect((await w.page.locator('#point-1-statement').inputValue()).includes('900'), 'what was typed is gone');
      }, { status: 422 });
      await w.step('objects, with a material', async () => {
        await w.page.locator('#point-1-claim').selectOption('untrue');
        await w.press(w.text(w.t('objection-materials')));
        await w.write(w.page.locator('#material-1-title'), '行政处罚决定书正本');
        await w.press(w.button(w.t('objection-send')));
        number = number_in(await w.at(/^\/my\/cases\/\d+$/));
        await w.see(w.text(w.t('my-done')));
        await w.see(w.text(w.t('case-lodged-objection')));
        await w.see(w.text('行政处罚决定书正本'));
      });
      await w.step('everyone sees the mark', async () => {
        await w.open(`/organisations/${organisation}`);
        await w.see(w.text(w.t('record-under-objection'), card));
      });
      await w.step('and nobody objects twice', async () => {
        await w.open(`/my/records/${record}/objection`);
        await w.see(w.heading(w.t('rights-not-now')));
      });
      await w.step('an officer who had no hand in it takes it in hand', async () => takes_in_hand(w, number));
      await w.step('and cannot leave a point without a choice', async () => {
        await w.write(w.page.locator('#answers-0-reply'), reply);
        await w.press(w.button(w.t('case-decide-button')));
        await w.see(w.heading(w.t('form-wrong')));
        w.expect((await w.page.locator('#answers-0-reply').inputValue()) === reply, 'the answer that was typed is gone');
      }, { status: 422 });
      await w.step('answers the point and corrects the record', async () => {
        await w.tick(w.page.locator('input[name="answers-0-upheld"][value="yes"]'));
        await w.write(w.page.locator('#answers-0-evidence'), '决定书正本');
        await w.tick(w.page.locator('input[name="outcome"][value="corrected"]'));
        await w.press(w.text(w.t('case-corrections')));
        await w.write(w.page.locator('#now-fine_fen'), '900');
        await w.press(w.button(w.t('case-decide-button')));
        await w.see(w.text(w.t('my-done')));
        await w.see(w.text(reply));
      });
      await w.step('the company reads the answer', async () => {
        await goes_as(w, 'representative');
        await w.press(w.link(w.t('my-cases')));
        await w.at('/my/cases');
        await w.press(w.page.locator(`main a[href$="/my/cases/${number}"]`).first());
        await w.at(`/my/cases/${number}`);
        await w.see(w.text(reply));
        await w.see(w.text(w.t('case-point-upheld')));
        await w.see(w.text(w.t('case-officer')));
        await w.see(w.text(w.t('case-ask-review')));
      });
      await w.step('and the public reads the corrected record, without the mark', async () => {
        await w.open(`/organisations/${organisation}`);
        await w.see(w.text(w.language === 'en' ? 'CNY 900.00' : '900.00元', card));
        w.expect((await card.getByText(w.t('record-under-objection')).count()) === 0, 'the mark is still there');
      });
    },
  },
  {
    name: 'an owner has credit restored, and the record leaves the public page',
    ways: ['pointer', 'phone', 'plain'],
    async walk(w) {
      // The shortest display of a general finding has run.
      const { organisation, record } = await filed(w, '2026-05-11');
      let number;
      await w.step('reads the three conditions and the earliest day', async () => {
        await w.sign_in('representative');
        await w.open(`/my/records/${record}`);
        await w.see(w.text(w.t('restoration-condition-duty')));
        await w.see(w.text(w.t('restoration-from')));
        await w.press(w.link(w.t('restoration-title')));
        await w.at(`/my/records/${record}/restoration`);
      });
      await w.step('sends nothing and is told everything at once', async () => {
        await w.press(w.button(w.t('restoration-send')));
        await w.see(w.heading(w.t('form-wrong')));
        w.expect((await w.page.locator('.fault-summary li').count()) === 3, 'not everything that is missing is said');
      }, { status: 422 });
      await w.step('applies', async () => {
        await w.write(w.page.locator('#performance'), '罚款已于2026年5月20日缴清，违法行为已经改正。');
        await w.write(w.page.locator('#material-1-title'), '缴款凭证');
        await w.write(w.page.locator('#commitment'), '承诺所述属实，今后明码标价。');
        await w.press(w.button(w.t('restoration-send')));
        number = number_in(await w.at(/^\/my\/cases\/\d+$/));
        await w.see(w.text(w.t('case-lodged-restoration')));
      });
      await w.step('an officer takes it in hand', async () => takes_in_hand(w, number));
      await w.step('and grants it', async () => {
        await w.tick(w.page.locator('input[name="granted"][value="yes"]'));
        await w.write(w.page.locator('#decide-reason'), '三项条件均已满足。');
        await w.press(w.button(w.t('case-decide-button')));
        await w.see(w.text(w.t('case-decided-restoration')));
      });
      await w.step('the owner reads it', async () => {
        await goes_as(w, 'representative');
        await w.open(`/my/cases/${number}`);
        await w.see(w.text('三项条件均已满足。'));
      });
      await w.step('and the public page no longer shows the record', async () => {
        await w.open(`/organisations/${organisation}`);
        await w.see(w.heading(w.t('organisation-untrustworthiness')));
        w.expect((await w.page.locator(`#record-${record}`).count()) === 0, 'the record is still displayed');
      });
    },
  },
  {
    name: 'anyone reads how the offices handle these rights',
    ways: ['pointer', 'phone', 'plain'],
    async walk(w) {
      await w.step('comes from the law', async () => {
        await w.open('/law/37');
        await w.press(w.link(w.t('rights-title'), w.page.locator('main')));
        await w.at('/rights');
        await w.see(w.heading(w.t('rights-offices')));
        await w.see(w.heading(w.t('rights-default')));
      });
      await w.step('and takes the figures along', async () => {
        await w.download(w.link(w.t('rights-download')));
      });
    },
  },
];
