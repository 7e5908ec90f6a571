// How the inspector looks: as the challenge does, and what only tables need. One constructed sheet: a strict policy refuses
// style elements and attributes.

import { style as shared } from "./challenge-style";

const own = `
p, ul, ol, dl, dd, h3 { margin: 0; }
p, li, dd, dt, td { overflow-wrap: anywhere; }
.lead { max-inline-size: 68ch; margin-block-start: .75rem; color: inherit; }
.muted { color: var(--lg-muted); font-size: .875rem; line-height: 1.55; }
h3 { font-size: 1.125rem; font-weight: 650; line-height: 1.3; text-wrap: balance; }
h3:focus { outline: none; }
.privacy { margin-block: 1.25rem; padding: 1rem 1.25rem; background: var(--lg-tint); border-radius: .75rem; }
.privacy h3 { margin-block-end: .5rem; font-size: 1rem; }
.privacy ul { display: grid; gap: .5rem; padding: 0; list-style: none; font-size: .9375rem; line-height: 1.55; }
.privacy li { display: grid; grid-template-columns: 1.5rem 1fr; gap: .5rem; }
.privacy svg { inline-size: 1.25rem; block-size: 1.25rem; margin-block-start: .15rem; color: var(--lg-accent); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
button, .button {
  display: inline-block;
  inline-size: auto;
  min-block-size: 2.875rem;
  padding: .625rem 1.25rem;
  color: var(--lg-accent);
  background: none;
  border: 1px solid var(--lg-control);
  border-radius: .625rem;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
button:hover, .button:hover { background: var(--lg-tint); }
button.primary { color: var(--lg-on-accent); background: var(--lg-accent); border-color: transparent; }
button.primary:hover { background: var(--lg-accent); filter: brightness(1.07); }
:is(summary, textarea):focus-visible { outline: 3px solid var(--lg-accent); outline-offset: 2px; }
progress { max-inline-size: 27rem; }
.error { max-inline-size: 68ch; }
.summary { display: grid; gap: .25rem; margin-block-start: 1.25rem; padding-inline-start: 1rem; border-inline-start: 4px solid var(--lg-good); max-inline-size: 68ch; }
.summary.warn { border-color: var(--lg-danger); }
.summary p { text-wrap: balance; }
.summary p:first-child { font-weight: 600; }
.group { border-block-end: 1px solid var(--lg-border); }
.summary + .group, .group:first-child { margin-block-start: 1.5rem; border-block-start: 1px solid var(--lg-border); }
.group > summary { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; padding-block: .875rem; color: inherit; cursor: pointer; list-style: none; }
.group > summary::-webkit-details-marker { display: none; }
.group > summary::before { content: ""; flex: none; inline-size: .5rem; block-size: .5rem; margin-inline: .125rem .25rem; border: solid var(--lg-accent); border-width: 0 2px 2px 0; rotate: -45deg; }
.group[open] > summary::before { rotate: 45deg; }
.group > summary:hover h3 { text-decoration: underline; text-underline-offset: .2em; }
.group > summary h3 { font-size: 1rem; }
.group > summary .muted { margin-inline-start: auto; }
.group > summary .badge { margin-inline-start: auto; }
.group > p { max-inline-size: 68ch; }
.group > table { margin-block-end: 1.25rem; }
table { inline-size: 100%; margin-block-start: .75rem; border-collapse: collapse; table-layout: fixed; font-size: .9375rem; line-height: 1.5; }
th, td { padding: .75rem .75rem .75rem 0; text-align: start; vertical-align: top; }
th:last-child, td:last-child { padding-inline-end: 0; }
thead th { padding-block: 0 .5rem; color: var(--lg-muted); font-size: .8125rem; font-weight: 500; }
tbody tr { border-block-start: 1px solid var(--lg-border); }
.what { inline-size: 36%; }
.outcome { inline-size: 17%; }
tbody th { font-weight: 400; }
tbody th b { display: block; font-weight: 600; }
code { font: 500 .8125rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: .125rem .625rem; border-radius: 1rem; background: var(--lg-tint); font-size: .8125rem; font-weight: 600; line-height: 1.5; }
.badge.same { padding-inline: 0; color: var(--lg-good); background: none; }
.badge.alarm { color: var(--lg-danger); background: var(--lg-danger-tint); }
.values summary { inline-size: fit-content; cursor: pointer; }
.values summary::marker { color: var(--lg-accent); }
.values ul { padding-inline-start: 1.125rem; }
.values :is(li, dd) { font-size: .875rem; }
dl { display: grid; gap: .375rem; margin-block-start: .375rem; }
dt { color: var(--lg-muted); font-size: .8125rem; line-height: 1.4; }
.missing { margin-block-start: 1.5rem; }
.report { margin-block-start: 2rem; padding-block-start: 1.5rem; border-block-start: 1px solid var(--lg-border); }
.report p { margin-block: .25rem .75rem; max-inline-size: 68ch; }
textarea { display: block; inline-size: 100%; block-size: 16rem; margin-block-end: .75rem; padding: .75rem; color: inherit; background: var(--lg-field); border: 1px solid var(--lg-control); border-radius: .625rem; font: 500 .8125rem/1.5 ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; resize: vertical; }
@media (max-width: 44rem) {
  table, tbody, tr, th, td { display: block; inline-size: auto; }
  thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { padding-block: .875rem; }
  tbody th, td { padding: 0; }
  td { margin-block-start: .5rem; }
  td::before { content: attr(data-label); display: block; color: var(--lg-muted); font-size: .8125rem; }
  .actions > * { flex: 1 1 100%; }
  .group > summary { display: grid; grid-template-columns: auto 1fr; }
  .group > summary :is(.muted, .badge) { grid-column: 2; margin: 0; justify-self: start; }
}
@media (forced-colors: active) {
  .badge, .privacy { border: 1px solid CanvasText; }
}
`;

export const style = shared + own;
