/** Which organisation this tab works in: per tab, so that two tabs may show two organisations. */
const KEY = "organization"

const read = (storage: () => Storage) => {
  try {
    return storage().getItem(KEY)
  } catch {
    return null // Storage is blocked; the server then takes the caller's first organisation.
  }
}

export const chosenOrganization = (): string | null => read(() => sessionStorage) ?? read(() => localStorage)

export function chooseOrganization(slug: string): void {
  try {
    sessionStorage.setItem(KEY, slug)
    localStorage.setItem(KEY, slug)
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
}

/** Forget a choice that no longer holds, such as an organisation that was removed. */
export function forgetOrganization(): void {
  try {
    sessionStorage.removeItem(KEY)
    localStorage.removeItem(KEY)
  } catch {
    // Nothing was kept.
  }
}
