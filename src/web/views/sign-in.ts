import { html } from '../html.ts';
import type { PageContent } from './shell.ts';

/** The form that signs a person in. */
export function signInPage(page: {
  readonly back: string;
  readonly hasToken: boolean;
  readonly isRefused: boolean;
}): PageContent {
  const words = page.hasToken
    ? 'Reading is open. Sign in with the token to change something.'
    : 'Reading is open. Nobody can sign in until the service is started with CLAIMLEDGER_TOKEN.';
  const refused = html`<p class="problem" role="alert">This is not the token of this service.</p>`;
  const form = html`<form method="post" action="/sign-in" class="sign-in">
    <input type="hidden" name="back" value=${page.back} />
    <p><label for="name">Your name</label><input id="name" name="name" required maxlength="80" autocomplete="username" aria-describedby="name-use" />
      <span class="meta" id="name-use">It stands beside your answers.</span></p>
    <p><label for="token">Token</label><input id="token" name="token" type="password" required maxlength="500" autocomplete="current-password" /></p>
    <p><button class="filled">Sign in</button></p>
  </form>`;
  return {
    title: 'Sign in',
    place: null,
    body: [html`<h1>Sign in</h1>`, html`<p class="sub">${words}</p>`, page.isRefused && refused, page.hasToken && form],
  };
}
