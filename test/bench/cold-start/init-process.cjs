// Loads a bundle, as Lambda's runtime does before the first request, and says what this process took until then:
// microseconds of processor time, Node.js's own start included. With `builtins`, it says what of Node.js was loaded.
const { writeSync } = require('node:fs');
const Module = require('node:module');

const [, , file, what] = process.argv;
const builtins = new Set();
if (what === 'builtins') {
  const load = Module.prototype.require;
  Module.prototype.require = function require(name) {
    if (Module.isBuiltin(name)) builtins.add(name);
    return Reflect.apply(load, this, [name]);
  };
}
if (typeof require(file).handler !== 'function') throw new TypeError(`${file} exports no handler`);
const { user, system } = process.cpuUsage();
writeSync(1, JSON.stringify(what === 'builtins' ? [...builtins] : user + system));
