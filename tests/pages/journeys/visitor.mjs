// Somebody without an account.

export const journeys = [
  {
    name: 'a visitor finds a company and sees until which day its penalty is shown',
    async walk(w) {
      const { organisation, organisation_name } = w.city.examples;
      const { records } = await w.city.ask(`/api/v1/organisations/${organisation}`);
      const penalty = records.find((record) => record.item === 'administrative-penalty');
      await w.step('the front page', async () => {
        await w.open('/');
        await w.see(w.heading(w.t('front-heading')));
      });
      await w.step('searches by a part of the name', async () => {
        await w.write(w.field(w.t('search-label')), organisation_name.slice(0, 6));
        await w.press(w.button(w.t('search-button'), w.page.getByRole('search')));
        await w.at('/search');
        await w.see(w.link(organisation_name));
      });
      await w.step('reads the record', async () => {
        await w.press(w.link(organisation_name));
        await w.at(`/organisations/${organisation}`);
        await w.see(w.heading(organisation_name));
        await w.see(w.text(organisation));
        const record = w.page.locator(`#record-${penalty.record}`);
        await w.see(w.text(penalty.document_number, record));
        const until = await w.text(w.pattern('state-until'), record).innerText();
        const [year, month, day] = penalty.display.last_day.split('-').map(Number);
        w.expect([year, day].every((part) => until.includes(String(part))), `\`${until}\` does not name ${year}-${month}-${day}`);
      });
      await w.step('goes to what the organisation can do', async () => {
        await w.press(w.link(w.t('organisation-article-38')));
        await w.at('/law/38');
        await w.see(w.page.getByRole('heading', { level: 1 }));
      });
    },
  },
  {
    name: 'a visitor reads the article behind what is not shown',
    async walk(w) {
      const { individual_business } = w.city.examples;
      await w.step('asks for a one-person business', async () => {
        await w.open('/search');
        await w.write(w.field(w.t('search-label')), individual_business);
        await w.press(w.button(w.t('search-button'), w.page.getByRole('search')));
        await w.see(w.text(w.t('search-none')));
        await w.see(w.text(w.t('search-none-people')));
      });
      await w.step('reads on the front page what is never shown', async () => {
        await w.press(w.page.locator('a.brand'));
        await w.at('/');
        await w.see(w.text(w.t('front-never-text')));
      });
      await w.step('reads the article', async () => {
        await w.press(w.link(w.t('front-never-link')));
        await w.at('/law/35');
        await w.see(w.text(w.t('article-own-words')));
      });
      await w.step('and goes to the whole law', async () => {
        await w.press(w.link(w.t('law-title')));
        await w.at('/law');
        await w.see(w.heading(w.t('law-title')));
      });
    },
  },
  {
    name: 'a visitor changes the language and stays on the page',
    async walk(w) {
      const other = { zh: 'en', en: 'zh' }[w.language];
      for (const [name, place] of [['a search', '/search?name=公司'], ['an article', '/law/15'], ['an item', '/catalogue/administrative-penalty']]) {
        await w.step(`${name} in the other language`, async () => {
          await w.open(place);
          await w.press(w.link(w.t('nav-other-language')));
          w.language = other;
          await w.at(place.split('?')[0]);
          w.expect(decodeURI(w.page.url()).endsWith(place), `\`${decodeURI(w.page.url())}\` lost what was asked`);
          await w.see(w.link(w.t('nav-law')));
        });
        await w.step(`${name} and back`, async () => {
          await w.press(w.link(w.t('nav-other-language')));
          w.language = { zh: 'en', en: 'zh' }[other];
          await w.at(place.split('?')[0]);
        });
      }
    },
  },
  {
    name: 'a visitor skips to the content',
    // Only who goes from link to link needs it.
    ways: ['keyboard'],
    async walk(w) {
      await w.step('the first press of Tab shows the way', async () => {
        await w.open('/law');
        await w.page.keyboard.press('Tab');
        const skip = w.link(w.t('skip-to-content'));
        w.expect(await skip.evaluate((link) => link === document.activeElement), 'the first press of Tab goes elsewhere');
        await w.see(skip);
        const box = await skip.boundingBox();
        w.expect(box.x >= 0 && box.y >= 0, 'the link to the content stays outside of the window');
      });
      await w.step('and one is past the navigation', async () => {
        await w.page.keyboard.press('Enter');
        await w.page.keyboard.press('Tab');
        w.expect(await w.page.evaluate(() => document.querySelector('main').contains(document.activeElement)), 'the next press of Tab is not in the content');
      });
    },
  },
];
