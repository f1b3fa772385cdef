/** The Labs view: every lab of the course, and how far one is with it. */
import { EventEmitter, ThemeColor, ThemeIcon, TreeItem, window, workspace } from 'vscode';
import type { Disposable, TreeDataProvider } from 'vscode';
import type { LabRow, LabStatus } from '../../protocol/lab-page';
import type { Checks } from './checks';
import type { Course } from './course';

const VIEW = 'pacifica.labs';

const STATUS: Readonly<Record<LabStatus, { readonly icon: ThemeIcon; readonly words: string }>> = {
  new: { icon: new ThemeIcon('circle-outline'), words: 'not opened' },
  opened: { icon: new ThemeIcon('record'), words: 'opened' },
  failing: { icon: new ThemeIcon('error', new ThemeColor('pacifica.fault')), words: 'not all claims hold' },
  passed: { icon: new ThemeIcon('pass-filled', new ThemeColor('pacifica.pass')), words: 'passed' },
};

export function registerLabsView(course: Course, checks: Checks): Disposable[] {
  const changed = new EventEmitter<void>();
  const provider: TreeDataProvider<LabRow> = {
    onDidChangeTreeData: changed.event,
    // with no folder there is nowhere to copy a lab to: the view says what to do instead
    getChildren: (row) => (row || !workspace.workspaceFolders?.length ? [] : course.rows),
    getTreeItem: (row) => itemOf(row, course, checks),
  };
  const view = window.createTreeView(VIEW, { treeDataProvider: provider });
  const show = () => {
    const { rows } = course;
    const passed = rows.filter(({ status }) => status === 'passed').length;
    view.title = passed > 0 ? `Labs ${passed}/${rows.length}` : 'Labs';
    changed.fire();
  };
  show();
  return [
    changed,
    view,
    course.onDidChange(show),
    checks.onDidChange(show),
    workspace.onDidChangeWorkspaceFolders(show),
  ];
}

function itemOf(row: LabRow, course: Course, checks: Checks): TreeItem {
  const lab = course.lab(row.id);
  const item = new TreeItem(`${row.number}  ${row.title}`);
  item.id = row.id;
  if (!lab) return item;
  const open = course.copyOf(lab) !== undefined;
  const checking = checks.isChecking(lab);
  const { icon, words } = STATUS[row.status];
  item.description = lab.concept;
  item.tooltip = `Lab ${row.number}: ${row.title} (${checking ? 'being checked' : words})\n${lab.task}`;
  item.iconPath = checking ? new ThemeIcon('loading~spin') : icon;
  item.contextValue = open ? 'lab.open' : 'lab';
  item.accessibilityInformation = { label: `Lab ${row.number}, ${row.title}, ${lab.concept}, ${words}` };
  item.command = { command: 'pacifica.openLab', title: 'Open Lab', arguments: [row.id] };
  return item;
}
