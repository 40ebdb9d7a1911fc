import { expect, test } from 'vitest';
import { renderDigestText } from '#src/core/digest/text.ts';
import { columnsOf } from '#src/core/display/wrap.ts';
import { blindDigest, hostileFacts, sampleDigest, sampleFacts } from './sample.ts';

const webUrl = 'https://ledger.example';

test('renderDigestText reads from the headline to the footer', () => {
  expect(renderDigestText(sampleDigest(), { webUrl })).toBe(`claimledger - The Elbe bridge - Thursday 30 January 2025

1 claim moved, 2 new quotes from 2 independent origins.
Read 214 of 221 documents. 2 of 14 sources could not be reached.


WHAT MOVED

The Elbe bridge was repaired for about $5.6 million
  3 support, 7 report, 4 -> 5 dispute
  A value far outside the claim was seen for the first time: $1.6 billion.
  https://ledger.example/claims/bridge-cost

  DISPUTES Ada Brandt
  > “Nobody who has ever paid for steel believes the five-million figure.
  > Our estimate is $1.6 billion.”
  Quay Notes, Thu 30 Jan, 05:48.
  https://ledger.example/articles/101#e11


NEW EVIDENCE

The repair went ahead without a permit
  1 new quote.
  https://ledger.example/claims/no-permit

  REPORTS Elbkurier (in German)
  > „Eine Genehmigung lag nach Angaben der Stadt nicht vor.“
  Elbkurier, 29 Jan.
  https://ledger.example/articles/102#e12


NUMBERS

  $1.6 bn  Bridge cost: Ada Brandt, Quay Notes. First time, outside the
           claim.
  $5.6 m   Bridge cost: Ada Brandt, Elbkurier. Repeated since 20 Jan.


SOURCES

  Failing: Capital Wire. The site asks us to sign in (403). Since Wed 29
  Jan, 19:40.
  https://ledger.example/sources#capital-1
  Moved: Quay Notes. The feed has a new address; we follow it.
  https://ledger.example/sources#quay-2


NO CHANGE

  Crew size
  https://ledger.example/claims/crew-200


--${' '}
Covers Wed 29 Jan, 07:00 to Thu 30 Jan, 07:00 (UTC).
Open this digest on the web
https://ledger.example/digests/2025-01-30
The ledger collects what is said. It does not say whether a claim is true.
`);
});

test('renderDigestText leads to the outlet when there is no web address', () => {
  const text = renderDigestText(sampleDigest(), { webUrl: null });
  expect(text).toContain('https://quay-notes.example/bridge?a=1&b=2');
  expect(text).not.toContain('ledger.example');
});

test('renderDigestText keeps to 74 columns but for links', () => {
  for (const digest of [sampleDigest(), sampleDigest(hostileFacts), blindDigest()]) {
    const lines = renderDigestText(digest, { webUrl }).split('\n');
    expect(lines.filter((line) => columnsOf(line) > 74 && !line.includes('://'))).toEqual([]);
  }
});

test('renderDigestText of a blind day says so first and tells no news', () => {
  const text = renderDigestText(blindDigest(), { webUrl: null });
  expect(text).toContain('We could not look: none of 14 sources answered.');
  expect(text).toContain('We cannot say whether anything happened.');
  expect(text).toContain('LAST KNOWN BALANCE\n\n  Bridge cost: 3 support, 7 report, 4 dispute');
  expect(text).not.toContain('WHAT MOVED');
  expect(text).toContain('Failing: Capital Wire.');
});

test('renderDigestText keeps outside line breaks and hidden characters out', () => {
  const text = renderDigestText(sampleDigest(hostileFacts), { webUrl });
  expect(text).not.toMatch(/^Bcc:/m);
  expect(text).not.toMatch(/[\u202e\r]/);
});

test('renderDigestText names an outlet that speaks for itself once', () => {
  const numbers = sampleFacts.numbers.map((number) => ({ ...number, speaker: null }));
  expect(renderDigestText(sampleDigest({ numbers }), { webUrl })).toContain(
    '$1.6 bn  Bridge cost: Quay Notes. First time',
  );
});
