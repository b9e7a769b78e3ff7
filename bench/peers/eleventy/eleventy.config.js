// Eleventy, as its documentation sets it up: the least that writes what our site writes.
import { existsSync, readFileSync } from "node:fs";
import highlight from "@11ty/eleventy-plugin-syntaxhighlight";

const PER_PAGE = 10;
const IN_FEED = 20;

const chunks = (list) =>
  Array.from({ length: Math.ceil(list.length / PER_PAGE) }, (_, at) => list.slice(at * PER_PAGE, (at + 1) * PER_PAGE));

// A Map from what `keys` says of an item to the items of which it says that.
const grouped = (list, keys) => {
  const found = new Map();
  for (const item of list) {
    for (const key of keys(item)) {
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(item);
    }
  }
  return found;
};

export default function (config) {
  const slug = config.getFilter("slugify");
  let markdown;
  config.addPlugin(highlight);
  config.amendLibrary("md", (library) => { markdown = library; });
  config.addPassthroughCopy({ "content/images": "images" });
  config.addGlobalData("site", { name: "A made-up blog", url: "https://blog.example.org" });

  const latest = (all) =>
    all.getFilteredByGlob("content/posts/*.md").sort((one, other) => other.date - one.date);
  const terms = (all) =>
    ["tags", "categories"].flatMap((kind) =>
      [...grouped(latest(all), (post) => post.data[kind])].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, posts]) => ({
        kind, name, posts, newest: posts.slice(0, IN_FEED), url: `/${kind}/${slug(name)}/`,
      })),
    );
  config.addCollection("latest", latest);
  config.addCollection("terms", terms);
  config.addCollection("termPages", (all) =>
    terms(all).flatMap((term) =>
      chunks(term.posts).map((posts, at, pages) => ({ ...term, posts, number: at + 1, total: pages.length })),
    ),
  );
  config.addCollection("years", (all) =>
    [...grouped(latest(all), (post) => [post.date.getUTCFullYear()])].map(([year, posts]) => ({ year, posts })),
  );

  const threads = new Map();
  config.on("eleventy.before", () => threads.clear());
  const thread = (name) => {
    if (!threads.has(name)) {
      const file = `data/comments/${name}.json`;
      threads.set(name, existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []);
    }
    return threads.get(name);
  };
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const branch = (replies, of) => {
    if (!replies.has(of)) return "";
    const items = replies.get(of).map(
      (comment) =>
        `<li id="comment-${comment.id}">\n<p><b>${escaped(comment.name)}</b>, <a href="#comment-${comment.id}">` +
        `<time datetime="${comment.date}">${comment.date.slice(0, 10)}</time></a></p>\n` +
        `${markdown.render(comment.body)}${branch(replies, comment.id)}</li>\n`,
    );
    return `<ol>\n${items.join("")}</ol>\n`;
  };
  config.addFilter("commentCount", (name) => thread(name).length);
  config.addFilter("nested", (name) => branch(grouped(thread(name), (comment) => [comment.parent]), null));

  config.addFilter("newest", (posts) => posts.slice(0, IN_FEED));
  config.addFilter("iso", (date) => date.toISOString());
  const day = new Intl.DateTimeFormat("en-AU", { dateStyle: "full", timeZone: "Australia/Sydney" });
  config.addFilter("day", (date) => day.format(date));

  return { dir: { input: "content", includes: "../_includes", output: "_site" }, markdownTemplateEngine: false };
}
