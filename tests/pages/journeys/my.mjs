// One's own pages, and what proves what they say.

/** What an officer does before the citizen looks: an inquiry for a duty in a matter, in a browser of their own. */
async function officer_looks(w, matter) {
  const officer = await w.companion();
  await officer.sign_in('officer');
  await officer.tick(officer.page.locator('input[name=duty][value="2"]'));
  await officer.write(officer.field(w.t('office-matter')), matter);
  await officer.write(officer.field(w.t('office-identifier')), w.city.examples.person);
  await officer.press(officer.button(w.t('office-inquire')));
  await officer.see(officer.heading(w.pattern('office-result-entered')));
  await officer.context.close();
}

export const journeys = [
  {
    name: 'a citizen finds out who looked at them',
    async walk(w) {
      const matter = `（2026）核字第${w.unique()}号`;
      const { office } = w.city.examples;
      const authorities = await w.city.ask('/api/v1/authorities');
      const name = (authorities.authorities ?? authorities).find(({ code }) => code === office).name[w.language];
      const look = w.page.locator('.looks > li', { hasText: matter });
      await officer_looks(w, matter);
      await w.step('signs in and sees that someone looked', async () => {
        await w.sign_in('person');
        await w.at('/my');
        await w.see(w.heading(w.t('my-overview')));
        await w.see(look);
      });
      await w.step('opens who looked, for which duty and in which matter', async () => {
        await w.press(w.link(w.t('my-looks')));
        await w.at('/my/looks');
        await w.see(w.text(name, look));
        await w.see(w.text(w.pattern('my-look-duty'), look));
        await w.see(w.text(matter, look));
        await w.see(w.text(w.t('my-look-saw'), look));
        await w.see(w.text(w.t('my-look-withheld'), look));
      });
      await w.step('reads the article of the duty', async () => {
        await w.press(look.locator('a.citation').first());
        await w.at('/law/20');
        await w.see(w.text(w.t('article-own-words')));
      });
      await w.step('and what of theirs was seen', async () => {
        await w.page.goBack();
        if (await look.locator('summary').count()) await w.press(look.locator('summary').first());
        await w.press(look.locator('a[href*="/my/records/"]').first());
        await w.at(/^\/my\/records\/\d+$/);
        await w.see(w.heading(w.t('my-record-looks')));
        await w.see(w.text(matter, w.page.locator('section', { has: w.page.locator('#looks') })));
      });
    },
  },
  {
    name: 'an owner sees when a penalty disappears',
    async walk(w) {
      const { organisation } = w.city.examples;
      const { records } = await w.city.ask(`/api/v1/organisations/${organisation}`);
      const penalty = records.filter((record) => record.item === 'administrative-penalty').sort((a, b) => (a.display.last_day < b.display.last_day ? -1 : 1))[0];
      const [year, month, day] = penalty.display.last_day.split('-').map(Number);
      const record = w.page.locator(`#record-${penalty.record}`);
      const expect_day = async (target) => {
        const words = await target.innerText();
        w.expect([year, day].every((part) => words.includes(String(part))), `\`${words}\` does not name ${year}-${month}-${day}`);
      };
      await w.step('signs in for the company', async () => {
        await w.sign_in('representative');
        await w.at('/my');
        await w.see(w.text(organisation));
      });
      await w.step('goes to the next day on which something ends', async () => {
        await w.press(w.page.locator('.figures a[href^="#record-"]').first());
        await w.see(w.heading(w.pattern('my-adverse')));
        await w.see(record);
        await expect_day(record.locator('.until'));
      });
      await w.step('reads its history and what can be done', async () => {
        const mine = w.page.locator('.mine', { has: record });
        await w.see(w.text(w.t('my-record-can'), mine));
        await w.press(w.link(w.t('my-record-history-link'), mine));
        await w.at(`/my/records/${penalty.record}`);
        await w.see(w.heading(w.t('my-record-history')));
        await expect_day(record.locator('.until'));
      });
    },
  },
  {
    name: 'a citizen checks a receipt',
    async walk(w) {
      const { organisation } = w.city.examples;
      const { records } = await w.city.ask(`/api/v1/organisations/${organisation}`);
      const entry = records[0].entry;
      const receipt = JSON.stringify(await w.city.ask(`/api/v1/journal/entries/${entry}/receipt`));
      const text = w.page.locator('#receipt-text');
      const verify = w.button(w.t('receipt-verify'));
      await w.step('comes to the page that checks', async () => {
        await w.open('/journal');
        await w.press(w.link(w.t('receipt-title')));
        await w.at('/journal/receipt');
        await w.see(w.text(w.t(w.way === 'plain' ? 'receipt-no-script' : 'receipt-local')));
      });
      await w.step('pastes the receipt and it holds', async () => {
        await w.write(text, receipt);
        await w.press(verify);
        await w.see(w.text(w.t('receipt-holds')));
        await w.see(w.text(w.t(w.way === 'plain' ? 'receipt-by-server' : 'receipt-by-browser')));
        w.expect((await w.page.locator('[data-fact=entry]').innerText()).replaceAll(',', '') === String(entry), 'it tells of another entry');
      });
      await w.step('changes one figure and it does not hold', async () => {
        await w.write(text, receipt.replace('number ' + entry, 'number ' + (entry + 1)));
        await w.press(verify);
        await w.see(w.text(w.t('receipt-fails')));
        w.expect(await w.page.locator('[data-step] .tag-fault').filter({ visible: true }).count() > 0, 'no step is said to fail');
      });
      await w.step('pastes something else and is told so', async () => {
        await w.write(text, '{"format":"something else"}');
        await w.press(verify);
        await w.see(w.text(w.t('receipt-unreadable')));
      });
    },
  },
];
