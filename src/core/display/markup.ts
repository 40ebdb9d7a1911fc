/** HTML text that was made by `markup`; nothing else is written without escaping. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** What may stand in a template: text is escaped, markup is not, lists are joined, null and false write nothing. */
export type MarkupValue = string | number | Markup | readonly MarkupValue[] | null | false;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A tagged template for HTML that escapes every value, in text and in quoted attributes alike. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const parts = strings.map((text, index) => text + writeValue(values[index] ?? null));
  return new Markup(parts.join(''));
}

function writeValue(value: MarkupValue): string {
  if (value === null || value === false) return '';
  if (value instanceof Markup) return value.html;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map(writeValue).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
