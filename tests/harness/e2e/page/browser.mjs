// A Chromium that does what the lines of standard input say, one JSON object each, and answers each with a line:
// {"value": ...} or {"error": "..."}. playwright-core drives Debian's own browser.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [modules, executablePath] = process.argv.slice(2);
const require = createRequire(`${modules}/package.json`);
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let page;
/** What no page of ours may do: errors, refusals by its own policy, a question to the user, a request elsewhere. */
let complaints = [];

const actions = {
  async open({ url, width, height, theme }) {
    if (page) await page.context().close();
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, bypassCSP: false });
    page = await context.newPage();
    complaints = [];
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      const expected = /net::ERR_|Failed to load resource/.test(message.text());
      if (message.type() === "error" && !expected) complaints.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`request to ${request.url()}`);
    });
    await page.goto(url);
  },
  // In the same tab, as by hand. What waits for an answer there would not survive that the page is loaded anew.
  async enter({ url }) {
    const loaded = page.waitForEvent("load");
    await page.evaluate((to) => void setTimeout(() => location.assign(to)), url);
    await loaded;
  },
  evaluate: ({ script }) => page.evaluate(script),
  click: ({ selector }) => page.click(selector, { timeout: 10_000 }),
  fill: ({ selector, text }) => page.fill(selector, text, { timeout: 10_000 }),
  choose: ({ selector, value }) => page.selectOption(selector, value, { timeout: 10_000 }),
  press: ({ key }) => page.keyboard.press(key),
  back: () => page.goBack().then(() => null),
  reload: () => page.reload().then(() => null),
  url: () => page.url(),
  screenshot: ({ path }) => page.screenshot({ path }),
  complaints: () => complaints,
  // The page's policy lets nobody add a script to it, so axe comes by the debugger, which asks no policy.
  async axe() {
    const client = await page.context().newCDPSession(page);
    const { readFile } = await import("node:fs/promises");
    await client.send("Runtime.evaluate", { expression: await readFile(axe, "utf8") });
    const run = "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map(" +
      "({id, help, nodes}) => `${id}: ${help}: ${nodes.slice(0, 3).map(({html}) => html).join(' ')}`))";
    const { result, exceptionDetails } = await client.send("Runtime.evaluate", {
      expression: run, awaitPromise: true, returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  },
};

console.log(JSON.stringify({ value: browser.version() }));
for await (const line of createInterface({ input: process.stdin })) {
  const { action, ...rest } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ value: (await actions[action](rest)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }));
  }
}
await browser.close();
