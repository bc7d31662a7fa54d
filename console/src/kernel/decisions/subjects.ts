/** Where the subject of a decision is shown; a domain says so for its kinds, so that the kernel need not know it. */
interface SubjectPage {
  /** What a subject is called, such as "application". */
  name: string
  to: (subjectId: string) => string
}

const pages = new Map<string, SubjectPage>()

export const showSubjects = (kind: string, page: SubjectPage) => void pages.set(kind, page)
export const subjectPage = (kind: string): SubjectPage | undefined => pages.get(kind)
