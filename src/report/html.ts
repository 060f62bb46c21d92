/** Markup that is safe to insert as it is; everything else is escaped on its way in. */
export interface Html {
  readonly markup: string;
}

export type Fragment = string | number | Html | readonly Html[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  return { markup: String.raw({ raw: strings }, ...values.map(markupOf)) };
}

export function trusted(markup: string): Html {
  return { markup };
}

function markupOf(value: Fragment): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  if ('markup' in value) return value.markup;
  return value.map((part) => part.markup).join('');
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
