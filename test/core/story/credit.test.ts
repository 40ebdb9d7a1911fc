import { expect, test } from 'vitest';
import { creditsOutlet, findAgency } from '#src/core/story/credit.ts';

const outlet = { name: 'Harbour Ledger', site: 'ledger.example' };

function check(text: string, expected: boolean, more: { byline?: string; linked?: string } = {}): void {
  const linkedSites = new Set(more.linked === undefined ? [] : [more.linked]);
  expect(creditsOutlet({ text, byline: more.byline ?? null, linkedSites }, outlet)).toBe(expected);
}

test('an outlet is credited by a dateline, a byline, words of saying, or a link', () => {
  check('OSTLAND, Jan 29 (Harbour Ledger) - The port closed.', true);
  check('The port closed.', true, { byline: 'Ann Lee, Harbour Ledger' });
  check('The port closed, according to the Harbour Ledger.', true);
  check('Harbour Ledger reported that the port closed.', true);
  check('Le port a fermé, selon Harbour Ledger.', true);
  check('Der Hafen ist zu, laut Harbour Ledger.', true);
  check('The port closed.', true, { linked: 'ledger.example' });
  check('The port closed.\nHarbour Ledger', true);
});

test.each(['Post-Gazette', 'Ask? (Daily)', 'C++ Weekly', '24/7 News', 'L’Écho & Cie.', '[dot]com | net'])(
  'an outlet may be called %s',
  (name) => {
    const credited = { byline: null, linkedSites: new Set<string>() };
    expect(creditsOutlet({ text: `It closed, according to ${name}`, ...credited }, { name, site: 'a.example' })).toBe(
      true,
    );
    expect(creditsOutlet({ text: `Shares of ${name} fell.`, ...credited }, { name, site: 'a.example' })).toBe(false);
  },
);

test('an outlet that is only mentioned, or another one, is not credited', () => {
  check('Shares of Harbour Ledger fell by a tenth.', false);
  check('The port closed, according to the Harbour Ledgers Union.', false);
  check('The port closed.', false, { linked: 'other.example' });
  check('', false);
});

test('an agency is known by how it signs, not by being mentioned', () => {
  const agencyOf = (text: string, byline: string | null = null) => findAgency({ text, byline });
  expect(agencyOf('WASHINGTON (AP) — The port closed.')).toBe('Associated Press');
  expect(agencyOf('OSTLAND, Jan 29 (Reuters) - The port closed.')).toBe('Reuters');
  expect(agencyOf('新华社北京1月29日电 港口关闭。')).toBe('Xinhua');
  expect(agencyOf('The port closed.', 'By Agence France-Presse')).toBe('AFP');
  expect(agencyOf('Bloomberg, the former mayor, spoke to Reuters about his app.')).toBe(null);
});
