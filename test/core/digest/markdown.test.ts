import { expect, test } from 'vitest';
import { renderDigestMarkdown } from '#src/core/digest/markdown.ts';
import { blindDigest, hostileFacts, sampleDigest } from './sample.ts';

const webUrl = 'https://ledger.example';

test('renderDigestMarkdown keeps the order of the digest', () => {
  const markdown = renderDigestMarkdown(sampleDigest(), { webUrl });
  const headings = markdown.split('\n').filter((line) => line.startsWith('#'));
  expect(headings).toEqual([
    '# 1 claim moved, 2 new quotes from 2 independent origins',
    '## What moved',
    '### [The Elbe bridge was repaired for about $5.6 million](<https://ledger.example/claims/bridge-cost>)',
    '## New evidence',
    '### [The repair went ahead without a permit](<https://ledger.example/claims/no-permit>)',
    '## Numbers',
    '## Sources',
    '## No change',
  ]);
  expect(markdown).toContain('3 support, 7 report, **4 → 5 dispute**. A value far outside');
  expect(markdown).toContain('> “Nobody who has ever paid for steel believes the five\\-million figure.');
  expect(markdown).toContain(
    '| Bridge cost | $1.6\u202fbn | Ada Brandt | Quay Notes | First time, outside the claim |',
  );
});

test('renderDigestMarkdown lets outside text add no link, image or element', () => {
  const markdown = renderDigestMarkdown(sampleDigest(hostileFacts), { webUrl });
  expect(markdown.replaceAll(/\\./g, '')).not.toMatch(/<(?!https:\/\/ledger\.example)|\]\(javascript|!\[/);
});

test('renderDigestMarkdown of a blind day carries its notice', () => {
  expect(renderDigestMarkdown(blindDigest(), { webUrl: null })).toContain(
    '> **We cannot say whether anything happened.**',
  );
});
