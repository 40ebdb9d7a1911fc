import { expect, test } from 'vitest';
import { markup } from '#src/core/display/markup.ts';

test('markup escapes text and attributes, and never its own markup twice', () => {
  const inner = markup`<b title="${'a"b'}">${"<i>&'"}</b>`;
  expect(inner.html).toBe('<b title="a&quot;b">&lt;i&gt;&amp;&#39;</b>');
  expect(markup`<p>${inner}${[1, 'two', inner]}</p>`.html).toBe(`<p>${inner.html}1two${inner.html}</p>`);
});

test('markup writes nothing for null and false', () => {
  expect(markup`<p>${null}${false}</p>`.html).toBe('<p></p>');
});
