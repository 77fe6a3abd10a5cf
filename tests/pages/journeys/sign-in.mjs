// Signing in and out.

export const journeys = [
  {
    name: 'an officer signs in and out',
    async walk(w) {
      await w.step('asks for a page that needs an account', async () => {
        await w.open('/account');
        await w.at('/sign-in');
        await w.see(w.heading(w.t('sign-in-title')));
      });
      await w.step('signs in', async () => {
        await w.press(w.page.locator('form', { has: w.page.locator('input[name=account][value=officer]') }).getByRole('button'));
        await w.at('/account');
        await w.see(w.heading(w.t('account-title')));
        await w.see(w.text(w.t('account-officer')));
      });
      await w.step('signs out', async () => {
        await w.press(w.button(w.t('account-sign-out')));
        await w.see(w.heading(w.t('signed-out-title')));
      });
      await w.step('and is out', async () => {
        await w.open('/account');
        await w.at('/sign-in');
      });
    },
  },
  {
    name: 'everyone of the demo city can sign in',
    ways: ['plain'],
    async walk(w) {
      await w.open('/sign-in');
      const accounts = await w.page.locator('input[name=account]').evaluateAll((all) => all.map((each) => each.value));
      w.expect(accounts.length >= 4, `only ${accounts} can sign in`);
      for (const account of accounts) {
        await w.step(account, async () => {
          await w.sign_in(account);
          await w.open('/account');
          await w.see(w.heading(w.t('account-title')));
        });
      }
    },
  },
];
