/** Grades for a lab of the catalog. */
import { labNamed } from '../../../labs/catalog';
import type { Grade } from '../../protocol/lab';
import { grade } from './grade';

/** `name`: the lab's folder. Throws if there is none of that name. */
export async function gradeNamed(name: string, files: Readonly<Record<string, string>>, seed: number): Promise<Grade> {
  const lab = labNamed(name);
  if (!lab) throw new Error(`there is no lab ${name}`);
  return grade(lab, files, seed);
}
