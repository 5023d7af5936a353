// Runs a program in WebAssembly and prints what it prints: node run.mjs PROGRAM

import { readFileSync } from "node:fs";

let text = "";
const host = { putchar: (character) => ((text += String.fromCharCode(character)), character) };
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), { host });
try {
  process.exitCode = instance.exports.__main_argc_argv(0, 0);
} finally {
  process.stdout.write(text);
}
