/** Where the subject of a decision is shown; a domain says so for its kinds, so that the kernel need not know it. */
interface SubjectPage {
  /** What a subject is called, such as "application". */
  name: string
  /** Its page; null where it cannot be told, such as while the proposal is hidden. */
  to: (subjectId: string, parameters: Record<string, unknown>) => string | null
  /** What of the proposal an answer may change; left out, everything that is shown. */
  amendable?: readonly string[]
  /** Which values say what is proposed, beside what was entered about the case. */
  shows?: readonly string[]
}

const pages = new Map<string, SubjectPage>()

export const showSubjects = (kind: string, page: SubjectPage) => void pages.set(kind, page)
export const subjectPage = (kind: string): SubjectPage | undefined => pages.get(kind)

/** Where the subject of a case is shown; null where there is no page. */
export const subjectLink = (kind: string, subjectId: string, parameters: Record<string, unknown> | null | undefined) =>
  pages.get(kind)?.to(subjectId, parameters ?? {}) ?? null
