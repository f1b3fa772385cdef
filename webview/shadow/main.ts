/** Shadow and guest: where does the shadow table differ from the guest's, and may it? */
import type { ShadowComparison, ShadowRow } from '../../src/protocol/shadow';
import { valueOf } from '../../src/protocol/codec';
import { Answer, emptyState, errorState } from '../shared/answer';
import { Segment, isTyping } from '../shared/controls';
import { h } from '../shared/dom';
import { rowAt } from '../shared/exit-row';
import { GuestChoice } from '../shared/guest-choice';
import { AskError, Host } from '../shared/host';
import { count } from '../shared/numbers';
import { Refresher, SETTLE } from '../shared/refresher';
import { installTooltips } from '../shared/tooltip';
import { fact, hexView, hostView, mono, whoView } from '../shared/views';
import { HISTORY, detailView, legendView } from './detail-view';
import type { History } from './detail-view';
import { equationView } from './equation-view';
import { ShadowRows } from './rows';
import type { Show } from './rows';
import { headline, nextLine } from './sentences';
import { TableView } from './table-view';

interface Kept {
  readonly show: Show;
}

class ShadowPanel {
  private readonly host = new Host();
  private kept = this.host.state<Kept>({ show: 'all' });
  private readonly answer = new Answer();
  private readonly choice = new Segment<Show>('Show', this.kept.show, (show) => this.choose(show));
  private readonly guests = new GuestChoice(() => this.refresher.now());
  private readonly rows = new ShadowRows((question) => this.host.ask('pacifica/shadow', question));
  private readonly table = new TableView(this.rows, {
    selected: (row) => this.select(row),
    opened: (row) => this.openTables('guest', row),
    nearEnd: () => void this.more(),
  });
  private readonly detail = h('div', { class: 'detail' });
  private readonly parts = [
    this.answer.element,
    equationView(),
    this.table.element,
    this.detail,
    legendView(),
  ] as const;
  private readonly refresher = new Refresher(() => this.refresh());
  private comparison: ShadowComparison | undefined;
  private selected: ShadowRow | undefined;
  private session = false;
  private running = false;
  private settle = 0;

  constructor(private readonly root: HTMLElement) {
    this.answer.tools.append(this.guests.element, this.choice.element);
    installTooltips(root);
    root.append(h('div', { class: 'busy' }));
    root.addEventListener('keydown', (event) => this.key(event));
    this.host.listen({
      session: (name) => this.hearSession(name),
      target: ({ guest }) => {
        if (guest === undefined) return;
        this.guests.pick(guest);
        if (this.session) this.refresher.now();
      },
      event: (name) => {
        if (name === 'pacifica/console' || name === 'pacifica/screen' || name === 'pacifica/exits') return;
        this.running = name === 'pacifica/running';
        clearTimeout(this.settle);
        if (this.running) this.settle = window.setTimeout(() => this.render(), SETTLE);
        else this.refresher.now();
      },
      fault: (error) => this.fail(error),
    });
  }

  private hearSession(name: string | null): void {
    this.session = name !== null;
    this.running = false;
    this.comparison = undefined;
    this.rows.clear();
    this.guests.pick(undefined);
    if (this.session) this.refresher.now();
    else
      this.empty(
        'No guest is being debugged',
        'Debug a guest whose launch configuration says "paging": "shadow": its tables and their shadow appear side by side.',
        'Start Debugging',
      );
  }

  private get question(): { readonly guest?: number; readonly show: Show } {
    return { ...this.guests.question, show: this.kept.show };
  }

  private async refresh(): Promise<void> {
    try {
      const state = await this.host.ask('pacifica/state', {});
      this.running = state.running;
      const answer = await this.rows.begin(this.question);
      if (!answer) return;
      const shown =
        answer.kind === 'comparison' ? answer.guest.id : (this.guests.question.guest ?? state.guest ?? undefined);
      this.guests.show(state.guests, shown);
      if (answer.kind === 'none') {
        this.comparison = undefined;
        if (answer.why === 'no-guest')
          this.empty('No guest has run yet', 'The shadow appears after the first VMRUN.', 'Continue');
        else if (answer.why === 'nested') this.nested(answer.what);
        else this.bare(answer.what);
        return;
      }
      this.comparison = answer;
      this.render();
      this.table.update(answer.guest);
    } catch (error) {
      if (this.session) this.fail(error as Error);
    }
  }

  private async more(): Promise<void> {
    const { comparison } = this;
    if (!comparison) return;
    try {
      if (await this.rows.more(this.question)) this.table.update(comparison.guest);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private render(): void {
    const { comparison, running } = this;
    if (!comparison) return;
    const { counts, guest } = comparison;
    const differences = counts.pages - counts.inStep;
    this.choice.show(
      [
        { value: 'all', content: ['All', mono(count(counts.pages))] },
        { value: 'differences', content: ['Differences', mono(count(differences))] },
      ],
      this.kept.show,
    );
    this.answer.show(
      {
        mark: whoView(guest),
        headline: headline(comparison, running),
        next: nextLine(comparison, running),
        facts: [
          fact('guest CR3', hexView(valueOf(comparison.guestCr3))),
          fact('CR3 in the VMCB', hexView(valueOf(comparison.vmcbCr3))),
          fact('pages', mono(`${comparison.complete ? '' : 'more than '}${count(counts.pages)}`)),
          fact('in step', mono(count(counts.inStep))),
          fact('stricter', mono(count(counts.stricter))),
          fact('not built', mono(count(counts.notBuilt))),
          counts.emulated > 0 && fact('emulated', mono(count(counts.emulated))),
          fact('stale or wrong', h('span', { class: counts.wrong > 0 ? 'm bad' : 'm' }, count(counts.wrong))),
        ],
      },
      !running,
    );
    this.show(...this.parts);
  }

  private select(row: ShadowRow | undefined): void {
    const same = row !== undefined && row.gva === this.selected?.gva;
    this.selected = row;
    if (!row) {
      this.detail.replaceChildren();
      return;
    }
    if (!same) this.drawDetail(row, undefined);
    void this.readHistory(row);
  }

  private async readHistory(row: ShadowRow): Promise<void> {
    try {
      const gva = { from: row.gva, bytes: row.page * row.count };
      const answer = await this.host.ask('pacifica/exitLog', { first: -HISTORY, count: HISTORY, filter: { gva } });
      if (this.selected !== row) return;
      const rows = answer.columns.number.map((_, at) => rowAt(answer, at)).filter((each) => each !== undefined);
      this.drawDetail(row, { rows, total: answer.matching });
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private drawDetail(row: ShadowRow, history: History | undefined): void {
    this.detail.replaceChildren(
      detailView(row, history, {
        tables: (root) => this.openTables(root, row),
        exit: (exit) => this.host.open('exit-log', { exit }),
        allExits: () => this.host.open('exit-log', { filter: `gva:${row.gva.slice(2)}` }),
      }),
    );
  }

  private openTables(root: 'guest' | 'shadow', row: ShadowRow): void {
    const guest = this.comparison?.guest.id;
    if (guest !== undefined) this.host.open('page-tables', { root, guest, address: row.gva });
  }

  private choose(show: Show): void {
    this.kept = { show };
    this.host.keep(this.kept);
    this.refresher.now();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
    const key = event.key.toLowerCase();
    if (key === 'c' && this.selected) this.host.copy(`0x${valueOf(this.selected.gva).toString(16).toUpperCase()}`);
    else if (key === 'd') this.choose(this.kept.show === 'all' ? 'differences' : 'all');
    else return;
    event.preventDefault();
  }

  private nested(what: string): void {
    this.nothing('There is no shadow: this guest runs with nested paging.', {
      title: sentence(what),
      text: 'With "paging": "shadow" in launch.json, the hypervisor keeps shadow tables instead, and they are compared here.',
      act: [
        'Show Nested Page Tables',
        () => this.host.open('page-tables', { root: 'nested', ...this.guests.question }),
      ],
    });
  }

  private bare(what: string): void {
    this.nothing('There is nothing to compare a shadow with.', {
      title: sentence(what),
      text: 'Shadow tables of guests under the built-in hypervisor are compared here.',
    });
  }

  /** Nothing to compare, and why; the choice of another guest stays. */
  private nothing(headline: string, state: Omit<Parameters<typeof emptyState>[0], 'icon'>): void {
    this.answer.show({ mark: hostView(), headline: [headline] }, true);
    this.choice.element.hidden = true;
    this.show(this.answer.element, emptyState({ icon: 'compare-changes', ...state }));
  }

  private empty(title: string, text: string, act: string): void {
    const begin: [string, () => void] = [act, () => this.host.startDebugging()];
    this.show(emptyState({ icon: 'compare-changes', title, text, act: begin }));
  }

  private fail(error: Error): void {
    this.show(errorState('The shadow cannot be shown', error.message, !(error instanceof AskError)));
  }

  private show(...parts: readonly HTMLElement[]): void {
    if (parts.length === this.parts.length) this.choice.element.hidden = false;
    const same =
      parts.length === this.root.children.length && parts.every((part, at) => this.root.children[at] === part);
    if (!same) this.root.replaceChildren(...parts);
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

new ShadowPanel(document.getElementById('panel') as HTMLElement);
