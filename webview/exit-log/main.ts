/** The exit log: what makes the guests exit, and when? */
import { EXIT_CLASSES } from '../../src/protocol/exit-log';
import type { ExitCountsAnswer } from '../../src/protocol/exit-log';
import type { ExitClass } from '../../src/engine/arch/exit-codes';
import type { GuestIdentity } from '../../src/protocol/state';
import { Answer, emptyState, errorState } from '../shared/answer';
import { iconButton, isTyping } from '../shared/controls';
import { closest, h, present } from '../shared/dom';
import { CLASS_NAMES, exitClass } from '../shared/exit-names';
import { AskError, Host } from '../shared/host';
import { count, share, time } from '../shared/numbers';
import { Refresher } from '../shared/refresher';
import { textField } from '../shared/toolkit';
import { installTooltips } from '../shared/tooltip';
import { classMark, fact, mono } from '../shared/views';
import { parseFilter } from './filter';
import { ListView } from './list-view';
import { Rows } from './rows';
import type { ExitRow } from './rows';
import { headline, nextLine } from './sentences';
import { countsView, exitView, portsView } from './side-view';

interface Kept {
  readonly text: string;
  /** Classes that are shown. */
  readonly classes: readonly ExitClass[];
  readonly follow: boolean;
}

class ExitLogPanel {
  private readonly host = new Host();
  private kept = this.host.state<Kept>({ text: '', classes: EXIT_CLASSES, follow: true });
  private readonly answer = new Answer();
  private readonly field = textField('Filter', 'guest:A exit:ioio port:3f8', 'filter', (text) => this.typed(text));
  private readonly toggles = h('span', { class: 'tog', role: 'group', 'aria-label': 'Classes' });
  private readonly matching = h('span', { class: 'dim sm nw', role: 'status' });
  private readonly followButton = iconButton('arrow-down', 'Follow the newest exit', () =>
    this.setFollow(!this.list.follow),
  );
  private readonly rows = new Rows(
    (question) => this.host.ask('pacifica/exitLog', question),
    () => this.list.draw(),
    (error) => this.session && this.fail(error),
  );
  private readonly list = new ListView(this.rows, {
    selected: (row) => this.showSelected(row),
    followed: (follow) => this.showFollow(follow),
  });
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

  constructor(private readonly root: HTMLElement) {
    this.field.value = this.kept.text;
    this.list.follow = this.kept.follow;
    this.showFollow(this.kept.follow);
    this.drawToggles();
    installTooltips(root);
    root.append(h('div', { class: 'busy' }));
    root.addEventListener('keydown', (event) => this.key(event));
    this.counts.addEventListener('click', (event) => {
      const wanted = closest(event, '[data-filter]')?.dataset['filter'];
      if (wanted) this.setText(this.kept.text === wanted ? '' : wanted);
    });
    this.host.listen({
      session: (name) => this.hearSession(name),
      target: () => undefined,
      event: (name) => {
        if (name === 'pacifica/console') return;
        this.running = name !== 'pacifica/stopped';
        if (this.running) this.refresher.soon();
        else this.refresher.now();
      },
      fault: (error) => this.fail(error),
    });
  }

  private hearSession(name: string | null): void {
    this.session = name !== null;
    this.order = [];
    this.rows.forget();
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
      this.render(counts);
      this.list.update(dropped);
    } catch (error) {
      if (this.session) this.fail(error as Error);
    }
  }

  private render(counts: ExitCountsAnswer): void {
    const [top] = counts.codes;
    this.answer.show(
      {
        mark: top && classMark(exitClass(top.code)),
        headline: headline(counts, this.running),
        next: nextLine(counts),
        facts: [
          fact('virtual time', mono(time(counts.time)), h('span', { class: 'dim' }, 'M instr')),
          ...(counts.guests.length > 1 ? counts.guests : []).map(({ guest, count: times }) =>
            fact(guest.name, mono(`${share(times, counts.total)} %`)),
          ),
        ],
      },
      !this.running,
    );
    const known = this.running ? this.order : [];
    const fresh = counts.codes.map(({ code }) => code).filter((code) => !known.includes(code));
    this.order = [...known, ...fresh];
    const byCode = new Map(counts.codes.map((row) => [row.code, row]));
    const codes = this.order.map((code) => byCode.get(code)).filter((row) => row !== undefined);
    this.counts.replaceChildren(...present([countsView(counts, codes), portsView(counts)]));
    this.total = counts.total;
    this.showMatching();
    if (this.body.isConnected) return;
    this.root.replaceChildren(this.answer.element, this.bar, this.body);
  }

  private total = 0;
  /** What the list is filtered by now, to tell when that changes. */
  private applied = '{}';

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
    this.rows.setFilter(whole);
    this.list.reset();
    return true;
  }

  private refilter(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.host.keep(this.kept);
    if (this.applyFilter()) this.refresher.now();
  }

  private typed(text: string): void {
    this.refilter({ text });
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
    this.kept = { ...this.kept, follow };
    this.host.keep(this.kept);
  }

  private showMatching(): void {
    this.matching.textContent = `${count(this.rows.length)} of ${count(this.total)}`;
  }

  private showSelected(row: ExitRow | undefined): void {
    if (row === this.shown) return;
    this.shown = row;
    const name = this.guests.find(({ id }) => id === row?.guest)?.name ?? 'the guest';
    this.selected.replaceChildren(...(row ? [exitView(row, name)] : []));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === '/' && !isTyping(event)) this.field.focus();
    else if (event.key.toLowerCase() === 'c' && !isTyping(event) && this.shown) this.host.copy(rowText(this.shown));
    else if (event.key === 'Escape' && isTyping(event)) {
      if (this.kept.text !== '') this.setText('');
      else this.list.focus();
    } else if ((event.key === 'Enter' || event.key === 'ArrowDown') && isTyping(event)) this.list.focus();
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
  ].join('\t');
}

new ExitLogPanel(document.getElementById('panel') as HTMLElement);
