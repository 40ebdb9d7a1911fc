/** E9 to E14: what a message shows, and what it can never show. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheerioAPI, load } from 'cheerio';
import { loadConfig } from '#src/config/load.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { hostileAddresses, hostileTexts } from '#test/support/hostile-texts.ts';
import { pressLedger } from '#test/support/mail-house.ts';
import { insertStory } from '#test/web/press.ts';
import { findFaults, listRequests } from './browser.ts';
import {
  type ArrivedMail,
  digestSection,
  headerOf,
  hrefsOf,
  type MailGround,
  publicUrl,
  readers,
} from './mail-ground.ts';
import type { ScoreTest } from './score.ts';

/** What old Outlook (Word) and Gmail draw, and nothing else. */
const drawnProperties =
  /^(?:margin|padding|border(?:-(?:top|left|bottom|collapse))?|color|background-color|font-(?:family|size|weight)|line-height|text-(?:align|decoration)|vertical-align|width|max-width|max-height|word-break|display|overflow)$/;
const cutWords = /[?&](?:utm_|mc_)|\/(?:click|track|redirect|open)\b/i;
/** Outlook cuts subjects near here, phones earlier. */
const subjectLengthMax = 70;
/** The marks of which our html consists; outside text adds none. */
const ownTags = new Set(
  'html head meta title style body div table tbody tr td th p h1 h2 h3 b a br blockquote'.split(' '),
);
const ownAttributes = new Set(
  'lang charset name content class bgcolor style role aria-label width cellpadding cellspacing border align dir scope href'.split(
    ' ',
  ),
);

/** Addresses that a person could write into the ledger or the form, and that a mailer would read as several or as a header. */
const trickAddresses = [
  'reader@a.example\r\nRCPT TO:<x@b.example>',
  '"a@b.example" <c@d.example>',
  'a@b.example, c@d.example',
  'a@b.example;c@d.example',
  'a@b.example\nBcc: c@d.example',
  'Name <a@b.example>',
  'a b@c.example',
  '',
];

export const mailLooksTests: readonly ScoreTest<MailGround>[] = [
  {
    id: 'E9',
    holds: 'nothing remote, no tracking: only a href holds an address, and it leads there itself',
    fails: 'an image, a font, a script, a counting redirect',
    run: async ({ mailOf, browser }) => {
      const mail = await mailOf('me');
      const { $ } = mail;
      assert.equal($('img,script,link,iframe,object,embed,video,audio,svg,form,button,input,base').length, 0);
      const holders = listAttributes($).filter(
        ({ name, value }) => name !== 'href' && /https?:|url\(|\/\//i.test(value),
      );
      assert.deepEqual(holders, []);
      assert.doesNotMatch($('style').text(), /url\(|@import|@font-face|https?:/);
      for (const href of hrefsOf(mail)) {
        assert.ok(href.startsWith(`${publicUrl}/`), href);
        assert.doesNotMatch(href, cutWords);
      }
      assert.ok(browser, 'no Chromium on this machine');
      const page = await browser.newPage();
      const asked = await listRequests(page, () => page.setContent(mail.html));
      assert.deepEqual(asked, []);
      await page.close();
    },
  },
  {
    id: 'E10',
    holds: 'readable at 320 px, with 200 % text, in the dark, and without CSS',
    fails: 'text is cut, sticks out, or stands at less than 4.5:1',
    run: async ({ mailOf, browser }) => {
      const mail = await mailOf('me');
      assert.ok(browser, 'no Chromium on this machine');
      const faults: string[] = [];
      for (const scheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({ colorScheme: scheme });
        await page.setContent(mail.html);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.ok(
          !['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'].includes(paper),
          `${scheme} paper is ${paper}`,
        );
        for (const width of [600, 390, 320]) faults.push(...(await findFaults(page, { width, scheme })));
        faults.push(...(await findFaults(page, { width: 390, scheme, textScale: 2 })));
        await page.close();
      }
      assert.deepEqual(faults, []);
      const bare = load(mail.html);
      bare('style').remove();
      bare('[style],[bgcolor],[class]').removeAttr('style').removeAttr('bgcolor').removeAttr('class');
      const words = (tree: CheerioAPI): string => tree('body').text().replace(/\s+/g, ' ').trim();
      assert.equal(words(bare), words(mail.$), 'words come from CSS');
      assert.match(words(bare), /[●○◆] (?:Supports|Reports|Disputes)/);
      assert.equal(mail.$('meta[name=color-scheme]').attr('content'), 'light dark');
    },
  },
  {
    id: 'E11',
    holds: 'lang, title, one h1, headings in order, roles of tables, links that say where they lead',
    fails: 'a screen reader loses its way',
    run: async ({ mailOf }) => {
      const { $ } = await mailOf('me');
      assert.equal($('html').attr('lang'), 'en');
      assert.ok($('title').text().length > 0);
      assert.equal($('h1').length, 1);
      const levels = $('h1,h2,h3')
        .toArray()
        .map(({ tagName }) => Number(tagName.slice(1)));
      assert.ok(
        levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1),
        `${levels}`,
      );
      const tables = $('table').toArray();
      assert.ok(tables.length > 2);
      for (const table of tables) {
        const isLayout = $(table).attr('role') === 'presentation';
        assert.equal($(table).children('tbody').children('tr').children('th[scope=col]').length > 0, !isLayout);
      }
      const vague = $('a')
        .toArray()
        .map((link) => $(link).text().trim())
        .filter((words) => /^(?:here|link|more|click.*|https?:.*|)$/i.test(words));
      assert.deepEqual(vague, []);
      assert.ok(
        $('blockquote[lang=de]').length > 0 || $('blockquote[lang=zh]').length > 0,
        'no quote says its language',
      );
      const stances = $('td.supports,td.reports,td.disputes').toArray();
      assert.ok(stances.length > 0);
      for (const cell of stances) assert.match($(cell).text(), /[●○◆] (?:Supports|Reports|Disputes)/);
    },
  },
  {
    id: 'E12',
    holds: 'the preheader gives the counts, the subject is short and says what happened',
    fails: 'the list of mails says nothing',
    run: async ({ mailOf, morning }) => {
      const mail = await mailOf('me');
      const subject = mail.parsed.subject ?? '';
      assert.match(subject, /^30 Jan: (?:no claim|\d+ claims?) moved, \d+ new quotes?$/);
      assert.equal(mail.$('title').text(), subject);
      const hidden = mail.$('body > div').first();
      assert.match(hidden.attr('style') ?? '', /display:none/);
      assert.match(
        hidden.text(),
        /^\d+ of 3 claims moved, \d+ new quotes? from \d+ origins?, \d+ of 3 sources not reached$/,
      );
      const all = [mail, ...(await morning('2025-01-31T07:00:00Z'))];
      for (const { parsed } of all) assert.ok((parsed.subject ?? '').length < subjectLengthMax, `${parsed.subject}`);
    },
  },
  {
    id: 'E13',
    holds: 'only what old Outlook and Gmail draw; every style inline',
    fails: 'flex, grid, position, variables, @import or a class that the layout needs',
    run: async ({ mailOf }) => {
      const { $ } = await mailOf('me');
      assert.equal($('style').length, 1);
      assert.match($('style').text(), /^@media \(prefers-color-scheme: dark\)\{[^@]*\}$/);
      const used = $('[style]')
        .toArray()
        .flatMap((element) => ($(element).attr('style') ?? '').split(';'))
        .flatMap((rule) => rule.split(':')[0]?.trim() || []);
      assert.ok(used.length > 50);
      assert.deepEqual(
        [...new Set(used)].filter((property) => !drawnProperties.test(property)),
        [],
      );
      assert.doesNotMatch($.html(), /var\(|calc\(|rgba?\(|display:(?!none)/);
      for (const cell of $('td.paper,table.paper,body').toArray()) assert.ok($(cell).attr('bgcolor'), 'no bgcolor');
    },
  },
  {
    id: 'E14',
    holds: 'hostile text stays text (H25-H27), headers stay headers (H32), recipients stay one (H33)',
    fails: 'markup, a request, a header or a recipient comes from outside',
    run: async (ground) => {
      await addHostileStories(ground);
      const [mail] = await ground.morning();
      assert.ok(mail);
      assertOwnMarkup(mail);
      assert.ok(
        mail.$('blockquote').text().includes('<script>alert(1)</script>'),
        'the hostile quotes are not in the mail',
      );
      for (const href of hrefsOf(mail)) assert.ok(href.startsWith(`${publicUrl}/`), href);
      assert.ok(ground.browser, 'no Chromium on this machine');
      const page = await ground.browser.newPage();
      assert.deepEqual(await listRequests(page, () => page.setContent(mail.html)), []);
      await page.close();
      await assertHeaders(ground);
      await assertRecipients(ground);
    },
  },
];

/** H32 and H33, which are about mail and stand on its ground. */
export const mailDoorTests: readonly ScoreTest<MailGround>[] = [
  {
    id: 'H32',
    holds: 'a name with line breaks, bidi marks and 300 letters stays in its one header line',
    fails: 'a new header or recipient',
    run: assertHeaders,
  },
  {
    id: 'H33',
    holds: 'an address that hides another is refused by ledger, form and mailer',
    fails: 'a second recipient',
    run: assertRecipients,
  },
];

function listAttributes($: CheerioAPI): readonly { readonly name: string; readonly value: string }[] {
  return $('*')
    .toArray()
    .flatMap((element) => Object.entries(element.type === 'tag' || element.type === 'style' ? element.attribs : {}))
    .map(([name, value]) => ({ name, value }));
}

function assertOwnMarkup({ $ }: ArrivedMail): void {
  const tags = $('*')
    .toArray()
    .map((element) => $(element).prop('tagName')?.toLowerCase() ?? '');
  assert.deepEqual(
    [...new Set(tags)].filter((tag) => !ownTags.has(tag)),
    [],
  );
  assert.deepEqual(
    [...new Set(listAttributes($).map(({ name }) => name))].filter((name) => !ownAttributes.has(name)),
    [],
  );
  assert.equal($('h1').length, 1);
}

/** One article for each hostile text and address, all stored in the window of the morning. */
async function addHostileStories({ house }: MailGround): Promise<void> {
  for (const [index, text] of hostileTexts.entries()) {
    const quote = `${text} the permit ${index}`;
    const said = [{ claim: 'no-permit', stance: 'disputes', speaker: text, quote } as const];
    const id = await insertStory(house.deps.db, {
      ...{
        title: `${text} ${index}\r\nBcc: x@evil.example`,
        outlet: `${text}\u202e${index}`,
        lang: index % 2 === 0 ? 'en' : text,
      },
      ...{ at: '2025-01-30T06:30:00Z', published: text.toLowerCase(), text: `Before. ${quote} After.`, said },
    });
    const url = hostileAddresses[index % hostileAddresses.length] ?? '';
    await house.deps.db.updateTable('articles').set({ url }).where('id', '=', id).execute();
  }
  const [words = ''] = hostileTexts;
  await house.deps.db.updateTable('sources').set({ name: words }).where('id', '=', 'capital').execute();
  await house.deps.db.updateTable('resources').set({ last_error: words }).where('failure_count', '>', 0).execute();
}

async function assertHeaders({ house, morning }: MailGround): Promise<void> {
  const name = `Bridge\r\nBcc: x@evil.example\u202e "<x@evil.example> ${'long '.repeat(60)}`;
  await house.reload(digestSection, name);
  const mails = await morning('2025-01-31T07:00:00Z');
  assert.ok(mails.length > 0);
  for (const mail of mails) {
    assert.equal(headerOf(mail, 'bcc'), null);
    assert.match(headerOf(mail, 'list-id') ?? '', /^[A-Za-z0-9' _-]{0,100} <digest\.elbe\.example>$/);
    assert.deepEqual(new Set(mail.to.split(',')).size, 1);
    for (const key of ['subject', 'from', 'message-id', 'list-id']) {
      assert.equal(mail.parsed.headerLines.filter((line) => line.key === key).length, 1, key);
    }
  }
}

async function assertRecipients({ house, server }: MailGround): Promise<void> {
  const file = join(house.folder.path, 'tricks.yaml');
  for (const address of trickAddresses) {
    await writeFile(
      file,
      pressLedger({ ...digestSection, readers: [...readers, { id: 'trick', address }] }, { publicUrl }),
    );
    assert.throws(() => loadConfig({ file, env: {}, cwd: house.folder.path }), LedgerError, JSON.stringify(address));
    const payload = `address=${encodeURIComponent(address)}&time=07%3A00&zone=UTC&dates=en&empty=send`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { statusCode } = await house.web.inject({ method: 'POST', url: '/subscribe', payload, headers });
    assert.equal(statusCode, 422, JSON.stringify(address));
    const mail = {
      from: digestSection.from,
      to: address,
      name: 'trick',
      message: new TextEncoder().encode('x: y\r\n\r\nz'),
    };
    const before = server.received.length;
    assert.deepEqual(await house.deps.mailer.send(mail).then(({ kind }) => kind), 'refused');
    assert.equal(server.received.length, before);
  }
}
