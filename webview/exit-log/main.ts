/** The exit log: what makes the guests exit, and what does it cost? */
import { EXIT_CLASSES } from '../../src/protocol/exit-log';
import type { ExitCountsAnswer, ExitFilter } from '../../src/protocol/exit-log';
import type { ExitClass } from '../../src/engine/arch/exit-codes';
import type { GuestIdentity, GuestShare } from '../../src/protocol/state';
import { Answer, emptyState, errorState } from '../shared/answer';
import { iconButton, isTyping } from '../shared/controls';
import { closest, h, present } from '../shared/dom';
import { CLASS_NAMES, exitClass } from '../shared/exit-names';
import { AskError, Host } from '../shared/host';
import { count, counted, share } from '../shared/numbers';
import { Refresher } from '../shared/refresher';
import { textField } from '../shared/toolkit';
import { installTooltips } from '../shared/tooltip';
import { classMark, fact, mono } from '../shared/views';
import { parseFilter, timeWord, withWord } from './filter';
import { ListView } from './list-view';
import { Rows } from './rows';
import type { ExitRow } from '../shared/exit-row';
import { headline, nextLine, timeShares } from './sentences';
import { countsView, detailsView, exitView } from './side-view';
import { TimelineView } from './timeline-view';

interface Kept {
  readonly text: string;
  /** Classes that are shown. */
  readonly classes: readonly ExitClass[];
  readonly follow: boolean;
  /** Exits in the lanes. */
  readonly span: number;
}

const FIRST_SPAN = 24;

class ExitLogPanel {
  private readonly host = new Host();
  private kept: Kept = {
    ...{ text: '', classes: EXIT_CLASSES, follow: true, span: FIRST_SPAN },
    ...this.host.state<Partial<Kept>>({}),
  };
  private readonly answer = new Answer();
  private readonly field = textField('Filter', 'guest:A exit:ioio port:3f8 cost:>3000', 'filter', (text) =>
    this.refilter({ text }),
  );
  private readonly toggles = h('span', { class: 'tog', role: 'group', 'aria-label': 'Classes' });
  private readonly matching = h('span', { class: 'dim sm nw', role: 'status' });
  private readonly followButton = iconButton('arrow-down', 'Follow the newest exit', () =>
    this.setFollow(!this.list.follow),
  );
  private readonly rows = this.newRows();
  /** All rows, where the list shows only some of them: what the lanes are drawn from. */
  private readonly around = this.newRows();
  private readonly list = new ListView(this.rows, {
    selected: (row) => this.showSelected(row),
    followed: (follow) => this.showFollow(follow),
    painted: () => this.timeline.draw(),
    pointed: (number) => this.timeline.light(number),
  });
  private readonly timeline = new TimelineView(
    {
      seen: () => this.list.seen,
      selected: () => this.shown,
      rows: () => (this.applied === '{}' ? this.rows : this.around),
      passes: (number) => this.applied === '{}' || this.rows.indexOf(number) !== undefined,
    },
    {
      brushed: (range) => this.setText(withWord(this.kept.text, 'time', range ? timeWord(range.from, range.to) : '')),
      pointed: (number) => this.list.light(number),
      picked: (number) => this.list.pick(number),
      zoomed: (span) => this.keep({ span }),
    },
    this.kept.span,
  );
  private readonly counts = h('div');
  private readonly selected = h('div');
  private readonly body = h(
    'main',
    { class: 'lg2' },
    this.list.element,
    h('aside', { class: 'stats' }, this.selected, this.counts),
  );
  private readonly bar = h(
    'div',
    { class: 'filt' },
    this.field.element,
    this.toggles,
    h('span', { class: 'sp' }),
    this.matching,
    this.followButton,
  );
  private readonly refresher = new Refresher(() => this.refresh());
  private session = false;
  private running = false;
  private guests: readonly GuestIdentity[] = [];
  /** Order of the kinds while the guest runs: rows stay where they are until it stops. */
  private order: readonly number[] = [];
  private shown: ExitRow | undefined;
  /** What the list is filtered by now, and the same written, to tell when that changes. */
  private filter: ExitFilter = {};
  private applied = '{}';
  private total = 0;
  private oldest = 0;

  constructor(private readonly root: HTMLElement) {
    this.field.value = this.kept.text;
    this.list.follow = this.kept.follow;
    this.showFollow(this.kept.follow);
    this.drawToggles();
    this.answer.tools.append(...this.timeline.tools);
    installTooltips(root);
    root.append(h('div', { class: 'busy' }));
    root.addEventListener('keydown', (event) => this.key(event));
    this.counts.addEventListener('click', (event) => {
      const wanted = closest(event, '[data-filter]')?.dataset['filter'];
      if (wanted) this.setText(this.kept.text === wanted ? '' : wanted);
    });
    this.host.listen({
      session: (name) => this.hearSession(name),
      target: ({ exit, filter }) => this.goTo(exit, filter),
      event: (name) => {
        if (name === 'pacifica/console' || name === 'pacifica/screen') return;
        this.running = name !== 'pacifica/stopped';
        if (this.running) this.refresher.soon();
        else this.refresher.now();
      },
      fault: (error) => this.fail(error),
    });
  }

  /** Another panel wants an exit to be seen, or those that pass a filter. */
  private goTo(exit: number | undefined, filter: string | undefined): void {
    if (exit === undefined && filter === undefined) return;
    this.list.goTo(exit);
    if (this.kept.classes.length < EXIT_CLASSES.length) {
      this.refilter({ classes: EXIT_CLASSES });
      this.drawToggles();
    }
    this.setText(filter ?? '');
    if (this.session) this.refresher.now();
  }

  private newRows(): Rows {
    return new Rows(
      (question) => this.host.ask('pacifica/exitLog', question),
      () => {
        this.list.draw();
        this.timeline.draw();
      },
      (error) => this.session && this.fail(error),
    );
  }

  private hearSession(name: string | null): void {
    this.session = name !== null;
    this.order = [];
    this.rows.forget();
    this.around.forget();
    this.list.reset();
    if (this.session) this.refresher.now();
    else
      this.empty(
        'No guest is being debugged',
        'Open a guest’s .asm file and press F5. Each #VMEXIT becomes a line here.',
      );
  }

  private async refresh(): Promise<void> {
    try {
      const state = await this.host.ask('pacifica/state', {});
      const counts = await this.host.ask('pacifica/exitCounts', {});
      this.running = state.running;
      this.guests = counts.guests.map(({ guest }) => guest);
      this.list.guests = this.guests;
      if (counts.total === 0) {
        const act = state.ended || state.running ? undefined : 'Continue';
        this.empty('No guest has exited yet', 'Each #VMEXIT becomes a line here.', act);
        return;
      }
      this.applyFilter();
      const dropped = await this.rows.look();
      const filtered = this.applied !== '{}';
      if (filtered) await this.around.look();
      const { filter } = this;
      const part = filtered ? await this.host.ask('pacifica/exitCounts', { filter }) : counts;
      this.render(counts, part, state.shares);
      this.list.update(dropped);
    } catch (error) {
      if (this.session) this.fail(error as Error);
    }
  }

  /** `part`: counts of what the filter lets pass. */
  private render(counts: ExitCountsAnswer, part: ExitCountsAnswer, shares: readonly GuestShare[]): void {
    const [top] = counts.codes;
    const every = Math.round(counts.time / counts.total);
    const gone = (counts.oldest?.number ?? 1) - 1;
    this.answer.show(
      {
        mark: top && classMark(exitClass(top.code)),
        headline: headline(counts, this.running),
        next: nextLine(counts),
        facts: [
          ...timeShares(counts).map(({ name, part: times }) => fact(name, mono(`${times} %`))),
          shares.length > 1 && shareFact(shares),
          fact('one exit every', mono(count(every)), h('span', { class: 'dim' }, 'instr')),
          gone > 0 && fact('rows no longer kept', mono(count(gone))),
        ],
      },
      !this.running,
    );
    const known = this.running ? this.order : [];
    const fresh = part.codes.map(({ code }) => code).filter((code) => !known.includes(code));
    this.order = [...known, ...fresh];
    const byCode = new Map(part.codes.map((row) => [row.code, row]));
    const codes = this.order.map((code) => byCode.get(code)).filter((row) => row !== undefined);
    const detailed = codes.find(({ details }) => details);
    const title = part === counts ? 'All exits' : counted(part.total, 'exit');
    this.counts.replaceChildren(
      ...present([codes.length > 0 && countsView(part, codes, title), detailed && detailsView(detailed)]),
    );
    this.total = counts.total;
    this.oldest = counts.oldest?.number ?? 1;
    this.timeline.show(counts, this.filter.time);
    this.showMatching();
    if (this.body.isConnected) return;
    this.root.replaceChildren(this.answer.element, this.timeline.element, this.bar, this.body);
  }

  /** Returns whether the filter is another than before. */
  private applyFilter(): boolean {
    const { filter, problems } = parseFilter(this.kept.text, this.guests);
    const all = this.kept.classes.length === EXIT_CLASSES.length;
    const whole = all ? filter : { ...filter, classes: this.kept.classes };
    this.field.element.classList.toggle('wrong', problems.length > 0);
    this.field.element.title = problems.join('; ');
    const written = JSON.stringify(whole);
    if (written === this.applied) return false;
    this.applied = written;
    this.filter = whole;
    this.rows.setFilter(whole);
    this.list.reset();
    return true;
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.host.keep(this.kept);
  }

  private refilter(change: Partial<Kept>): void {
    this.keep(change);
    if (this.applyFilter()) this.refresher.now();
  }

  private setText(text: string): void {
    this.field.value = text;
    this.refilter({ text });
  }

  private drawToggles(): void {
    const focused = this.toggles.contains(document.activeElement)
      ? [...this.toggles.children].indexOf(document.activeElement as Element)
      : -1;
    this.toggles.replaceChildren(
      ...EXIT_CLASSES.map((kind) => {
        const on = this.kept.classes.includes(kind);
        const label = CLASS_NAMES[kind];
        const attributes = {
          class: 'tg',
          type: 'button',
          'aria-pressed': String(on),
          title: on ? `Hide ${label}` : `Show ${label}`,
        };
        const element = h('button', attributes, classMark(kind), h('span', { class: 'only-w' }, label));
        element.addEventListener('click', () => {
          const classes = EXIT_CLASSES.filter((other) => (other === kind ? !on : this.kept.classes.includes(other)));
          this.refilter({ classes });
          this.drawToggles();
        });
        return element;
      }),
    );
    if (focused >= 0) (this.toggles.children[focused] as HTMLElement).focus();
  }

  private setFollow(follow: boolean): void {
    this.list.setFollow(follow);
    this.showFollow(follow);
  }

  private showFollow(follow: boolean): void {
    this.followButton.setAttribute('aria-pressed', String(follow));
    this.keep({ follow });
  }

  private showMatching(): void {
    const kept = this.total - this.oldest + 1;
    this.matching.textContent = `${count(this.rows.length)} of ${count(kept)}`;
    this.matching.title =
      this.oldest > 1 ? `Of ${counted(this.total, 'exit')}, the newest ${count(kept)} are kept` : '';
  }

  private showSelected(row: ExitRow | undefined): void {
    if (row === this.shown) return;
    this.shown = row;
    const name = this.guests.find(({ id }) => id === row?.guest)?.name ?? 'the guest';
    this.selected.replaceChildren(...(row ? [exitView(row, name)] : []));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTyping(event)) {
      if (event.key === 'Escape' && this.kept.text !== '') this.setText('');
      else if (['Escape', 'Enter', 'ArrowDown'].includes(event.key)) this.list.focus();
      else return;
    } else if (event.key === '/') this.field.focus();
    else if (event.key === '+' || event.key === '-') this.timeline.zoom(event.key === '+');
    else if (event.key.toLowerCase() === 'c' && this.shown) this.host.copy(rowText(this.shown));
    else return;
    event.preventDefault();
  }

  private empty(title: string, text: string, act?: string): void {
    const begin: [string, () => void] = [act ?? 'Start Debugging', () => this.host.startDebugging()];
    this.root.replaceChildren(
      emptyState({ icon: 'pulse', title, text, act: act || !this.session ? begin : undefined }),
    );
  }

  private fail(error: Error): void {
    this.root.replaceChildren(errorState('The exits cannot be shown', error.message, !(error instanceof AskError)));
  }
}

/** What the guests have had of the processor, and what they are entitled to. */
function shareFact(shares: readonly GuestShare[]): HTMLElement {
  const whole = shares.reduce((sum, { processorTime }) => sum + processorTime, 0);
  const parts = shares.map(({ processorTime }) => share(processorTime, whole)).join(' : ');
  const weights = shares.map(({ weight }) => weight).join(' : ');
  return fact('processor', mono(parts), h('span', { class: 'dim' }, `for weights ${weights}`));
}

/** An exit as it is copied: plain words, tab-separated. */
function rowText(row: ExitRow): string {
  const hex = (value: bigint) => `0x${value.toString(16).toUpperCase()}`;
  return [
    row.number,
    row.time,
    hex(BigInt.asUintN(64, BigInt(row.code))),
    hex(row.info1),
    hex(row.info2),
    hex(row.rip),
    row.cost,
  ].join('\t');
}

new ExitLogPanel(document.getElementById('panel') as HTMLElement);
