/** What the charts share: marks that a reader can count, in the shape of their stance. */
import type { Stance } from '#src/core/digest/balance.ts';
import { html, type View } from '../html.ts';

/** A share of the width as charts write it. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** One mark at a share of the width, `dx` pixels beside it. Only circles take percent; the diamond stands in a drawing that does. */
export function drawMark(stance: Stance, at: { readonly x: string; readonly y: number; readonly dx?: number }): View {
  const moved = at.dx === undefined || at.dx === 0 ? null : `translate(${at.dx} 0)`;
  if (stance === 'supports') return html`<circle class="solid" cx=${at.x} cy=${at.y} r="4.5" transform=${moved} />`;
  if (stance === 'reports') return html`<circle class="ring" cx=${at.x} cy=${at.y} r="3.75" transform=${moved} />`;
  return html`<svg x=${at.x} y=${at.y} overflow="visible"><path class="solid" d="M0-5.5 5.5 0 0 5.5-5.5 0z" transform=${moved} /></svg>`;
}
