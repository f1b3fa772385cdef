// Mocha's spec reporter, which also leaves its counts where scripts/test.mjs adds them up.
const fs = require('node:fs');
const Spec = require('mocha/lib/reporters/spec');

module.exports = class Counting extends Spec {
  done(failures, finish) {
    const file = process.env.PACIFICA_COUNTS;
    if (file) fs.writeFileSync(file, JSON.stringify({ passed: this.stats.passes, failed: failures }));
    finish(failures);
  }
};
