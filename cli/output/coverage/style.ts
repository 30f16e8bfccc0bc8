/**
 * The look of the page: one file, no request. Colours have a contrast of at least 4.5 to 1 with what they stand on (WCAG
 * 2.2, 1.4.3), in light and in dark, and never say anything alone: every line has a mark and its reason in words.
 */
export const STYLE = `
:root {
	color-scheme: light dark;
	--page: light-dark(#ffffff, #14171c); --text: light-dark(#1b1f24, #e3e6ea); --quiet: light-dark(#57606a, #a3adb8);
	--edge: light-dark(#d0d7de, #3a424c); --link: light-dark(#0550ae, #86b7ff);
	--covered: light-dark(#e3f6e6, #14301d); --covered-text: light-dark(#116329, #7ee2a0);
	--partial: light-dark(#fff3cd, #3a2e0a); --partial-text: light-dark(#6f4e00, #f2cc60);
	--missed: light-dark(#ffe5e3, #431a1a); --missed-text: light-dark(#9b1c1c, #ffaba3);
	--ignored: light-dark(#eef0f3, #22272e);
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 0 .5rem } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem } h3 { font-size: 1rem; margin: 1.5rem 0 .5rem }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.quiet { color: var(--quiet) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid var(--edge); padding: .25rem .6rem; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 8.5rem }
td.none { color: var(--missed-text); background: var(--missed); font-weight: 600 }
details { border: 1px solid var(--edge); border-radius: .4rem; margin: .6rem 0 }
summary { cursor: pointer; padding: .5rem .7rem; overflow-wrap: anywhere }
ol.code { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--edge); font: .85rem/1.5 ui-monospace, monospace; tab-size: 4 }
ol.code li { display: grid; grid-template-columns: 3.2em 1.2em 4.2em minmax(0, 1fr); border-left: .3rem solid transparent }
ol.code .n, ol.code .h { text-align: right; padding-right: .6em; color: var(--quiet) }
ol.code code { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere }
ol.code .why { grid-column: 4; font-family: system-ui, sans-serif; padding-bottom: .2rem }
li.covered { background: var(--covered); border-left-color: var(--covered-text) !important } li.covered .m { color: var(--covered-text) }
li.partial { background: var(--partial); border-left-color: var(--partial-text) !important } li.partial :is(.m, .why) { color: var(--partial-text) }
li.missed { background: var(--missed); border-left-color: var(--missed-text) !important } li.missed :is(.m, .why) { color: var(--missed-text) }
li:is(.ignored, .unmeasured) { background: var(--ignored) }
li.covered :is(.n, .h), li.partial :is(.n, .h), li.missed :is(.n, .h) { color: var(--text) }
@media (max-width: 40rem) {
	ol.code li { grid-template-columns: 2.6em 1.2em minmax(0, 1fr) }
	ol.code .h { display: none }
	ol.code .why { grid-column: 3 }
	table { font-size: .85rem }
	th, td { padding: .25rem .3rem }
}
`;
