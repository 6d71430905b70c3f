/** The one stylesheet of the pages. It is a string, since the build copies no files. */
export const pagesCss = `
:root {
  --ground: #fff;
  --raised: #f6f7f9;
  --line: #dfe3e8;
  --text: #1c2430;
  --quiet: #5b6675;
  --link: #0b63ce;
  --sent: #0a7d4f;
  --told: #8a4b08;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d;
    --raised: #1c2229;
    --line: #323b46;
    --text: #e4e8ee;
    --quiet: #9aa6b5;
    --link: #7db4ff;
    --sent: #5fd3a0;
    --told: #f0b26b;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
.bar {
  position: sticky;
  top: 0;
  z-index: 10;
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1.5rem;
  align-items: baseline;
  padding: 0.7rem 1.25rem;
  background: var(--raised);
  border-bottom: 1px solid var(--line);
}
.bar nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; font-size: 0.95rem; }
.bar a { color: var(--link); text-decoration: none; }
.bar a:hover { text-decoration: underline; }
.bar a[aria-current] { color: var(--text); font-weight: 600; }
.alone { padding: 2rem 1.25rem; }

.columns { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem 4rem; }
.columns a { color: var(--link); }
.contents { display: none; }
@media (min-width: 60rem) {
  .columns { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 3rem; }
  .contents {
    position: sticky;
    top: 3.2rem;
    align-self: start;
    max-height: calc(100vh - 3.2rem);
    overflow-y: auto;
    display: flex;
    flex-direction: column;
    gap: 0.25rem;
    padding: 1.6rem 0;
    font-size: 0.9rem;
  }
  .contents strong { margin-top: 1rem; color: var(--quiet); font-weight: 600; }
  .contents a { text-decoration: none; }
  .contents a:hover { text-decoration: underline; }
  .columns .contents code { padding: 0; background: none; }
}
.columns.single { display: block; max-width: 62rem; }
tr:target { background: var(--raised); outline: 2px solid var(--link); }
.swagger-ui .information-container .renderedMarkdown { max-width: 60rem; }
.swagger-ui .information-container table tbody tr td { padding: 0.2rem 0; }
.columns h1 { margin: 1.6rem 0 0.5rem; font-size: 1.9rem; line-height: 1.2; }
.columns h2 {
  margin: 2.6rem 0 0.6rem;
  padding-bottom: 0.3rem;
  border-bottom: 1px solid var(--line);
  font-size: 1.35rem;
}
.columns :is(article h2, h3) { margin: 0 0 0.4rem; padding: 0; border: 0; font-size: 1.1rem; }
.columns h3 a { color: inherit; text-decoration: none; }
.columns h4 { margin: 1.1rem 0 0.4rem; font-size: 0.95rem; }
.columns p { margin: 0.5rem 0; }
.columns li { margin: 0.35rem 0; }
.columns ul, .columns ol { padding-left: 1.3rem; }
.columns code, .columns pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
.columns code {
  padding: 0.1em 0.3em;
  border-radius: 4px;
  background: var(--raised);
  font-size: 0.88em;
  overflow-wrap: anywhere;
}
.columns pre {
  margin: 0.6rem 0;
  padding: 0.8rem 1rem;
  overflow-x: auto;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--raised);
  line-height: 1.45;
}
.columns pre code { padding: 0; background: none; overflow-wrap: normal; }
article {
  margin: 1.2rem 0;
  padding: 1rem 1.2rem;
  border: 1px solid var(--line);
  border-radius: 10px;
}
article:target { border-color: var(--link); }
article h3 { display: flex; flex-wrap: wrap; gap: 0.3rem 0.8rem; align-items: center; }
.direction {
  padding: 0.05rem 0.55rem;
  border: 1px solid currentColor;
  border-radius: 999px;
  font-size: 0.75rem;
  font-weight: 500;
}
.sent { color: var(--sent); }
.told { color: var(--told); }
.quiet, .optional, .bound { color: var(--quiet); }
.optional, .bound { font-size: 0.82rem; }
.bound + .bound::before { content: '· '; }
.codes { font-size: 0.88rem; color: var(--quiet); }
.codes code { color: var(--text); }

.wide { overflow-x: auto; }
.wide svg { min-width: 46rem; max-width: 100%; height: auto; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; }
.columns table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
.columns th {
  padding: 0.3rem 0.6rem;
  border-bottom: 1px solid var(--line);
  color: var(--quiet);
  font-size: 0.8rem;
  font-weight: 600;
  text-align: left;
}
.columns td { padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.fields { table-layout: fixed; }
.fields th:nth-child(1) { width: 32%; }
.fields th:nth-child(2) { width: 22%; }
.fields td:nth-child(2) { overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--link); font-size: 0.88rem; }
.example { margin-top: 0.5rem; }
form { display: flex; flex-wrap: wrap; gap: 0.5rem 0.8rem; align-items: end; margin: 0.6rem 0; }
td form { margin: 0; }
label { display: flex; flex-direction: column; color: var(--quiet); font-size: 0.85rem; }
input, select, button { font: inherit; color: inherit; }
input, select {
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--ground);
}
input[type='checkbox'] { align-self: start; }
button {
  padding: 0.35rem 0.9rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--raised);
  cursor: pointer;
}
button:hover { border-color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.notice { padding: 0.7rem 1rem; border: 1px solid var(--sent); border-radius: 8px; }
.notice.bad { border-color: var(--told); }
.qr svg { width: 14rem; max-width: 100%; }
.story { font-size: 1.05rem; }
.id { overflow-wrap: anywhere; }
td.id { min-width: 13rem; }
button, time { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 1rem; margin: 0.6rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }

@media (max-width: 40rem) {
  html { scroll-padding-top: 1rem; }
  .bar { position: static; }
  article { padding: 0.8rem; }
  .single table { display: block; overflow-x: auto; }
  .single .wide > table { display: table; }
  .fields, .fields tbody, .fields tr, .fields td { display: block; }
  .fields thead { display: none; }
  .fields td { padding: 0.1rem 0; border: 0; }
  .fields tr { padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
  .fields td:nth-child(2) { color: var(--quiet); font-size: 0.88rem; }
}
`.trimStart();
