// Conveniences of the search: what works without them is in `visitor.mjs`.

export const journeys = [
  {
    name: 'a visitor takes a suggestion',
    ways: ['pointer', 'keyboard', 'phone'],
    async walk(w) {
      const { organisation, organisation_name } = w.city.examples;
      const box = w.field(w.t('search-label'));
      const list = w.page.getByRole('listbox');
      const suggestion = w.page.getByRole('option').filter({ hasText: organisation_name });
      await w.step('writes the beginning of a name', async () => {
        await w.open('/');
        await w.write(box, organisation_name.slice(0, 6));
        await w.see(suggestion);
        w.expect((await box.getAttribute('aria-expanded')) === 'true', 'the list is open and the field does not say so');
      });
      if (w.keyboard) {
        await w.step('goes away from the suggestions', async () => {
          await w.page.keyboard.press('Escape');
          await list.waitFor({ state: 'hidden' });
          w.expect((await box.inputValue()) === organisation_name.slice(0, 6), 'what was written is gone');
          await w.write(box, organisation_name.slice(0, 7));
          await w.see(suggestion);
        });
        await w.step('chooses one with the arrows', async () => {
          const count = await w.page.getByRole('option').count();
          for (let presses = 0; presses < count && (await suggestion.getAttribute('aria-selected')) !== 'true'; presses += 1) {
            await w.page.keyboard.press('ArrowDown');
          }
          w.expect((await box.getAttribute('aria-activedescendant')) === (await suggestion.getAttribute('id')), 'the field does not say which one is chosen');
        });
      }
      await w.step('and is at the organisation', async () => {
        if (w.keyboard) await w.page.keyboard.press('Enter');
        else {
          // Whoever looks at the page with a tool between two steps may have taken the focus from the box, which closes the list.
          if (!(await suggestion.isVisible())) await w.write(box, organisation_name.slice(0, 7));
          await suggestion.click();
        }
        await w.at(`/organisations/${organisation}`);
        await w.see(w.heading(organisation_name));
      });
    },
  },
  {
    name: 'a visitor looks for organisations of one kind with something against them',
    async walk(w) {
      await w.step('filters', async () => {
        await w.open('/search');
        await w.write(w.field(w.t('search-label')), '公司');
        await w.choose(w.field(w.t('search-class')), w.t('class-untrustworthiness'));
        await w.press(w.button(w.t('search-button'), w.page.getByRole('search')));
        await w.page.waitForURL((url) => url.searchParams.get('class') === 'untrustworthiness');
        await w.see(w.page.locator('.results li').first());
        const lines = w.page.locator('.results li');
        w.expect((await lines.count()) === (await lines.filter({ hasText: w.t('class-untrustworthiness') }).count()), 'one result has nothing of this class');
      });
      await w.step('and what was asked stays in the form', async () => {
        const chosen = await w.field(w.t('search-class')).evaluate((list) => list.selectedOptions[0].label);
        w.expect(chosen === w.t('class-untrustworthiness'), `\`${chosen}\` is chosen`);
        w.expect((await w.field(w.t('search-label')).inputValue()) === '公司', 'the name is gone');
      });
    },
  },
];
