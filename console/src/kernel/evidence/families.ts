import type { Schema } from "@/api/client"

export type Control = Schema["EvidenceControlView"]

/** The families of the Trust Services Criteria, in their order. */
const FAMILIES: Record<string, string> = {
  CC1: "Control environment",
  CC2: "Communication and information",
  CC3: "Risk assessment",
  CC4: "Monitoring",
  CC5: "Control activities",
  CC6: "Access",
  CC7: "Operations",
  CC8: "Change management",
  CC9: "Risk mitigation",
  A1: "Availability",
  C1: "Confidentiality",
  PI1: "Processing integrity",
  P2: "Privacy: choice and consent",
  P4: "Privacy: use, retention and disposal",
  P5: "Privacy: access",
}

export interface Family {
  area: string
  title: string
  controls: Control[]
}

/** Controls by family, in the order of the criteria; one that we do not know comes last, by its own name. */
export function families(controls: Control[]): Family[] {
  const order = Object.keys(FAMILIES)
  const place = (area: string) => (order.includes(area) ? order.indexOf(area) : order.length)
  const areas = [...new Set(controls.map((each) => each.area))].sort((one, other) => place(one) - place(other))
  return areas.map((area) => ({
    area,
    title: FAMILIES[area] ?? area,
    controls: controls.filter((each) => each.area === area),
  }))
}
