/** Everything a panel can ask, answered by a lab that stands still or runs. */
import { fromBase64 } from '../../protocol/codec';
import type { Answers } from '../../protocol/wire';
import type { Lab } from '../lab';
import { keystrokes } from '../keystrokes';
import type { Runner } from '../runner';
import type { Screens } from '../screen';
import { exitCountsAnswer, exitLogAnswer } from './exit-log';
import { pageTablesAnswer, pageTablesSummaryAnswer } from './page-tables';
import { shadowAnswer } from './shadow';
import { vmcbAnswer } from './vmcb';

export function answersOf(lab: Lab, runner: Runner, screens: Screens): Answers {
  return {
    'pacifica/state': () => lab.state,
    'pacifica/vmcb': (question) => vmcbAnswer(lab, question),
    'pacifica/pageTables': (question) => pageTablesAnswer(lab, question),
    'pacifica/pageTablesSummary': (question) => pageTablesSummaryAnswer(lab, question),
    'pacifica/shadow': (question) => shadowAnswer(lab, question),
    'pacifica/exitLog': (question) => exitLogAnswer(lab, question),
    'pacifica/exitCounts': (question) => exitCountsAnswer(lab, question),
    'pacifica/consoleInput': ({ bytes }) => {
      runner.type(fromBase64(bytes));
      return {};
    },
    'pacifica/screen': ({ guest, watch }) => {
      const whose = guest === undefined ? lab.screenInSight : guest;
      if (watch) return { screen: screens.open(whose) };
      screens.close(whose);
      return { screen: null };
    },
    'pacifica/screenInput': ({ guest, text }) => {
      const { codes, unknown } = keystrokes(text);
      screens.check(guest);
      runner.typeKeys(guest, codes);
      return { unknown };
    },
  };
}
