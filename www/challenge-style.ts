// How the component looks. One constructed sheet: a strict policy refuses style elements and attributes.

export const style = `
:host {
  --lg-background: var(--login-guard-background, #ffffff);
  --lg-text: var(--login-guard-text, #16202c);
  --lg-muted: var(--login-guard-muted, #566373);
  --lg-border: var(--login-guard-border, #dbe1e8);
  --lg-control: var(--login-guard-control, #7f8b99);
  --lg-field: var(--login-guard-field, #ffffff);
  --lg-accent: var(--login-guard-accent, #1f5eff);
  --lg-on-accent: var(--login-guard-on-accent, #ffffff);
  --lg-tint: var(--login-guard-tint, #eef3ff);
  --lg-danger: var(--login-guard-danger, #b3261e);
  --lg-danger-tint: var(--login-guard-danger-tint, #fdf0ef);
  --lg-good: var(--login-guard-good, #0f7a4d);
  --lg-radius: var(--login-guard-radius, 1rem);
  --lg-figures: var(--login-guard-figures, ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace);
  display: block;
  color: var(--lg-text);
  font: 400 1rem/1.6 var(--login-guard-font, system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif);
  -webkit-text-size-adjust: 100%;
  text-align: start;
}
@media (prefers-color-scheme: dark) {
  :host {
    --lg-background: var(--login-guard-background, #171c24);
    --lg-text: var(--login-guard-text, #e9edf3);
    --lg-muted: var(--login-guard-muted, #a3afbd);
    --lg-border: var(--login-guard-border, #2d3643);
    --lg-control: var(--login-guard-control, #758294);
    --lg-field: var(--login-guard-field, #0f131a);
    --lg-accent: var(--login-guard-accent, #84aaff);
    --lg-on-accent: var(--login-guard-on-accent, #0a1733);
    --lg-tint: var(--login-guard-tint, #1c2740);
    --lg-danger: var(--login-guard-danger, #ffb0a8);
    --lg-danger-tint: var(--login-guard-danger-tint, #37201f);
    --lg-good: var(--login-guard-good, #6fd6a5);
  }
}
@supports (color: light-dark(#000, #fff)) {
  :host {
    --lg-background: var(--login-guard-background, light-dark(#ffffff, #171c24));
    --lg-text: var(--login-guard-text, light-dark(#16202c, #e9edf3));
    --lg-muted: var(--login-guard-muted, light-dark(#566373, #a3afbd));
    --lg-border: var(--login-guard-border, light-dark(#dbe1e8, #2d3643));
    --lg-control: var(--login-guard-control, light-dark(#7f8b99, #758294));
    --lg-field: var(--login-guard-field, light-dark(#ffffff, #0f131a));
    --lg-accent: var(--login-guard-accent, light-dark(#1f5eff, #84aaff));
    --lg-on-accent: var(--login-guard-on-accent, light-dark(#ffffff, #0a1733));
    --lg-tint: var(--login-guard-tint, light-dark(#eef3ff, #1c2740));
    --lg-danger: var(--login-guard-danger, light-dark(#b3261e, #ffb0a8));
    --lg-danger-tint: var(--login-guard-danger-tint, light-dark(#fdf0ef, #37201f));
    --lg-good: var(--login-guard-good, light-dark(#0f7a4d, #6fd6a5));
  }
}
*, *::before { box-sizing: border-box; }
[hidden] { display: none !important; }
.reserved { visibility: hidden; }
.card {
  max-inline-size: 27rem;
  margin-inline: auto;
  padding: clamp(1.5rem, 6vw, 2.25rem);
  background: var(--lg-background);
  border: 1px solid var(--lg-border);
  border-radius: var(--lg-radius);
  box-shadow: 0 1px 2px rgb(16 24 40 / 5%), 0 12px 32px -12px rgb(16 24 40 / 14%);
}
dialog {
  inline-size: min(27rem, calc(100vw - 2rem));
  max-block-size: calc(100dvh - 2rem);
  padding: 0;
  overflow: auto;
  color: inherit;
  background: none;
  border: 0;
  border-radius: var(--lg-radius);
  scrollbar-width: thin;
}
dialog::backdrop { background: rgb(8 12 20 / 55%); }
.mark {
  display: grid;
  place-items: center;
  inline-size: 3rem;
  block-size: 3rem;
  margin-block-end: 1.25rem;
  color: var(--lg-accent);
  background: var(--lg-tint);
  border-radius: 50%;
}
.mark-ended, .ended .mark-asking { display: none; }
.ended .mark-ended { display: inline; }
.ended .mark { color: var(--lg-danger); background: var(--lg-danger-tint); }
h2 {
  margin: 0 0 .625rem;
  font-size: 1.4375rem;
  font-weight: 650;
  line-height: 1.25;
  letter-spacing: -.012em;
  text-wrap: balance;
}
:is(h2, h3):focus { outline: none; }
p { margin: 0; overflow-wrap: anywhere; }
.lead { color: var(--lg-muted); text-wrap: pretty; }
.panel { margin-block-start: 1.375rem; }
h3 { margin: 0 0 .25rem; font-size: 1.0625rem; font-weight: 600; line-height: 1.35; }
.about { min-block-size: 3.2em; text-wrap: pretty; }
.slower {
  margin-block-start: 1.125rem;
  padding: .75rem 1rem;
  background: var(--lg-tint);
  border-radius: .625rem;
  font-size: .9375rem;
  line-height: 1.5;
}
form { display: block; }
.row {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  align-items: baseline;
  gap: 0 1rem;
  margin-block: 1.125rem .5rem;
  font-weight: 600;
}
.timer { color: var(--lg-muted); font-size: .875rem; font-weight: 400; font-variant-numeric: tabular-nums; }
input {
  inline-size: 100%;
  padding: .75rem 1rem;
  color: inherit;
  background: var(--lg-field);
  border: 1px solid var(--lg-control);
  border-radius: .625rem;
  font: 500 1.5rem/1.4 var(--lg-figures);
  font-variant-numeric: tabular-nums;
  letter-spacing: .18em;
  text-align: center;
}
input.long { font-size: 1.125rem; letter-spacing: .06em; }
input[aria-invalid=true] { border-color: var(--lg-danger); box-shadow: 0 0 0 1px var(--lg-danger); }
.big {
  padding: .625rem .5rem;
  color: var(--lg-muted);
  background: var(--lg-field);
  border: 1px dashed var(--lg-control);
  border-radius: .625rem;
  font: 600 clamp(1.625rem, 9vw, 2.125rem)/1.4 var(--lg-figures);
  letter-spacing: .08em;
  text-align: center;
  white-space: nowrap;
  user-select: all;
}
.big.shown { color: var(--lg-text); background: var(--lg-tint); border: 1px solid var(--lg-accent); }
.under { min-block-size: 1.6em; margin-block-start: .5rem; text-align: center; }
.note { display: grid; min-block-size: 4.125rem; margin-block: .625rem; align-items: start; }
.note > * { grid-area: 1 / 1; min-inline-size: 0; }
.note:is(.has-error, .has-status) > .hint, .note.has-error > .doing { visibility: hidden; }
.hint, .status { color: var(--lg-muted); font-size: .875rem; line-height: 1.5; }
.error {
  padding: .625rem .875rem;
  color: var(--lg-danger);
  background: var(--lg-danger-tint);
  border-radius: .625rem;
  font-size: .875rem;
  line-height: 1.5;
}
.error:empty { display: none; }
.card > .error { margin-block-start: 1.25rem; font-size: .9375rem; }
slot { display: block; }
::slotted(*) { margin-block-start: 1rem; }
.panel > .primary { margin-block-start: 1.125rem; }
.panel > .under + .primary { margin-block-start: .625rem; }
.panel > .note { min-block-size: 3.375rem; margin-block-end: 0; }
button, .restart {
  display: block;
  inline-size: 100%;
  min-block-size: 3rem;
  padding: .625rem 1.25rem;
  border: 1px solid transparent;
  border-radius: .625rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.primary { color: var(--lg-on-accent); background: var(--lg-accent); }
.primary:hover { filter: brightness(1.07); }
button[aria-disabled=true] { opacity: .62; filter: none; cursor: progress; }
.restart { margin-block-start: 1.25rem; }
.quiet { margin-block-start: .375rem; color: var(--lg-accent); background: none; font-variant-numeric: tabular-nums; }
.quiet:hover:not(:disabled) { background: var(--lg-tint); }
.quiet:disabled { color: var(--lg-muted); font-weight: 400; cursor: default; }
:is(input, button, a):focus-visible { outline: 3px solid var(--lg-accent); outline-offset: 2px; }
progress {
  display: block;
  inline-size: 100%;
  block-size: .375rem;
  margin-block-start: .5rem;
  overflow: hidden;
  appearance: none;
  background: var(--lg-border);
  border: 0;
  border-radius: 1rem;
}
progress::-webkit-progress-bar { background: var(--lg-border); }
progress::-webkit-progress-value { background: var(--lg-accent); border-radius: 1rem; }
progress::-moz-progress-bar { background: var(--lg-accent); border-radius: 1rem; }
.outcome:empty { display: none; }
.done .outcome { color: var(--lg-good); font-size: 1.0625rem; font-weight: 600; }
.choice { margin-block-start: .375rem; }
[part=another] { display: flex; justify-content: center; align-items: center; gap: .375rem; margin: 0; }
[part=another] svg { flex: none; }
[aria-expanded=true] svg { transform: rotate(180deg); }
ul { margin: .5rem 0 0; padding: 0; list-style: none; border: 1px solid var(--lg-border); border-radius: .625rem; overflow: clip; }
li + li { border-block-start: 1px solid var(--lg-border); }
.way {
  display: flex;
  align-items: center;
  gap: .875rem;
  padding: .75rem 1rem;
  color: inherit;
  background: none;
  border: 0;
  border-radius: 0;
  font-weight: 400;
  text-align: start;
}
.way:hover { background: var(--lg-tint); }
.way:focus-visible { outline-offset: -3px; }
.way svg { flex: none; color: var(--lg-accent); }
.words { display: grid; min-inline-size: 0; line-height: 1.4; overflow-wrap: anywhere; }
.words b { font-weight: 600; }
.words small { color: var(--lg-muted); font-size: .875rem; }
.foot {
  margin-block-start: 1.625rem;
  padding-block-start: 1.125rem;
  border-block-start: 1px solid var(--lg-border);
  color: var(--lg-muted);
  font-size: .8125rem;
  line-height: 1.6;
}
.foot code { font: 500 .8125rem var(--lg-figures); color: var(--lg-text); white-space: nowrap; }
.foot p + p { margin-block-start: .375rem; }
@media (max-height: 52rem) {
  dialog .card { padding-block: 1.25rem 1rem; }
  dialog .mark { float: inline-end; inline-size: 2.25rem; block-size: 2.25rem; margin: 0 0 .5rem .75rem; }
  dialog :is(.panel, .foot) { margin-block-start: 1rem; }
  dialog .foot { padding-block-start: .75rem; }
  dialog .quiet { min-block-size: 2.5rem; margin-block-start: .25rem; padding-block: .375rem; }
}
@media (forced-colors: active) {
  .card { border-color: CanvasText; }
  .primary { border-color: ButtonText; }
}
@media (max-width: 30rem) {
  .card { padding: 1.5rem 1.25rem; }
  h2 { font-size: 1.3125rem; }
  input { font-size: 1.375rem; letter-spacing: .14em; }
  form > .note { min-block-size: 5.25rem; }
}
`;
