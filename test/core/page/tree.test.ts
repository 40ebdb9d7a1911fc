import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { expect, test } from 'vitest';
import { type PageElement, parsePageTree, readElementText, walkTree } from '#src/core/page/tree.ts';

/** A tree on one line: `<name key=value>text</name>`, elements without content as `<name/>`. */
function outline(root: PageElement): string {
  let text = '';
  walkTree(root, {
    text: (part) => {
      text += part;
    },
    enter: ({ name, attributes }) => {
      text += `<${[name, ...Object.entries(attributes).map(([key, value]) => `${key}=${value}`)].join(' ')}>`;
      return true;
    },
    leave: ({ name }) => {
      text += `</${name}>`;
    },
  });
  return text;
}

/** The same outline from the events of htmlparser2; attributes that pages are not read by are left out. */
function outlineOfHtmlparser2(html: string): string {
  let text = '';
  const parser = new Parser({
    onopentag: (name, attributes) => {
      const kept = Object.entries(attributes).filter(([key]) => KEPT_IN_PARTS.includes(key));
      text += `<${[name, ...kept.map(([key, value]) => `${key}=${value}`)].join(' ')}>`;
    },
    onclosetag: (name) => {
      text += `</${name}>`;
    },
    ontext: (part) => {
      text += part;
    },
  });
  parser.write('<html>');
  parser.end(html);
  return text;
}

const KEPT_IN_PARTS = ['class', 'href', 'id', 'title', 'hidden', 'type', 'src'];
const PARTS = [
  'one ',
  'Q&amp;A ',
  '&copy2;&notit;&#8211;&#x20ac;& ',
  ' < 3 ',
  '<p>',
  '</p>',
  '<div class="a b">',
  '</div>',
  '</ div >',
  '<DIV ID=x>',
  '<span title=\'say "so"\' data-x="</span>">',
  '</span>',
  '<a href="/x?a=1&copy=2&amp;b=3">',
  '<a href=/bare?a=1&b=2 hidden>',
  '</a>',
  '<ul><li>',
  '<li class=first class=second>',
  '</ul>',
  '<table><tr><td>',
  '<th>',
  '<tbody>',
  '</table>',
  '<dl><dt>',
  '<dd>',
  '<br>',
  '<br/>',
  '</br>',
  '<img src="a>b" alt=\'\'>',
  '<hr />',
  '<em>',
  '</em>',
  '<h2 id = "spaced">',
  '</h2>',
  '<script>if (a < b) { "</p>" }</script>',
  '<script type="application/ld+json">{"a":"&amp;"}</SCRIPT >',
  '<style>p > a { }</style>',
  '<title>Q&amp;A <b></title>',
  '<textarea></div></textarea>',
  '<!-- <p>no</p> -->',
  '<!-->',
  '<!DOCTYPE html>',
  '<![if !IE]>',
  '<![CDATA[ x > y ]]>',
  '<?php echo 1 ?>',
  '</3>',
  '<select><option>',
  '<option>',
  '</select>',
  '<input value=1/>',
  '<body>',
  '</body>',
  '<head>',
];

test('parsePageTree builds the tree that htmlparser2 tells of', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PARTS), { maxLength: 40 }), (parts) => {
      const html = parts.join('');
      expect(outline(parsePageTree(html).root)).toBe(outlineOfHtmlparser2(html));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  [
    'a tag that closes itself only in a drawing',
    '<svg><path/><g/></svg><div/>x',
    '<svg><path></path><g></g></svg><div>x</div>',
  ],
  [
    'HTML again inside a drawing',
    '<svg><foreignObject><div/>x</svg>',
    '<svg><foreignobject><div>x</div></foreignobject></svg>',
  ],
  ['a page cut inside a tag', 'one <a href="x', 'one '],
  ['a page cut inside a script', '<script>let a', '<script>let a</script>'],
  ['a page cut inside a comment', 'one <!-- two', 'one '],
  ['an empty declaration', 'one <!>two<!->three', 'one twothree'],
  ['a lone bracket at the end', 'one <', 'one <'],
])('parsePageTree reads %s', (_, html, expected) => {
  expect(outline(parsePageTree(html).root)).toBe(`<html>${expected}</html>`);
});

test('parsePageTree stops at the deepest element and says so', () => {
  const { root, problems } = parsePageTree(`${'<div>'.repeat(600)}deep`);
  expect(readElementText(root)).toBe('');
  expect(problems).toEqual(['page nests deeper than 512 elements: the rest was not read']);
});

test('parsePageTree reads past attributes that no real tag has and says so', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => `a${index}="1"`).join(' ');
  const { root, problems } = parsePageTree(`<p id="first" ${many} class="late">text</p>`);
  expect(outline(root)).toBe('<html><p id=first>text</p></html>');
  expect(problems).toEqual(['a tag has over 1000 attributes: the rest of them was not read']);
});
