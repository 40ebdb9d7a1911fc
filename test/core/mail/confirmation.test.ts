import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { renderConfirmationMail } from '#src/core/mail/confirmation.ts';

const url = 'https://ledger.example/mail/confirm/self-1.abc';

test('renderConfirmationMail has one link, in both parts', () => {
  const { subject, text, html } = renderConfirmationMail({ ledger: 'The Elbe bridge', url });
  expect(subject).toBe('Confirm the daily mail: The Elbe bridge');
  expect(text.match(/https?:\S+/g)).toEqual([url]);
  const $ = load(html);
  expect(
    $('a')
      .toArray()
      .map((link) => $(link).attr('href')),
  ).toEqual([url]);
  expect($('h1')).toHaveLength(1);
});

test('renderConfirmationMail shows a hostile name as text on one line', () => {
  const ledger = `<b onclick=x>\r\nBcc: all@evil.example ${'long '.repeat(30)}`;
  const { subject, html } = renderConfirmationMail({ ledger, url });
  expect(subject).not.toMatch(/[\r\n]/);
  expect(subject.length).toBeLessThan(70);
  expect(load(html)('b')).toHaveLength(0);
});
