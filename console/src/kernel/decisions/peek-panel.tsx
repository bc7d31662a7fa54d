import { SidePanel } from "@/ui/side-panel"
import { DecisionSummary } from "./decision-summary"

export { useRoom } from "@/ui/side-panel"

/** A look at a decision without leaving the list. */
export const PeekPanel = ({ decisionId, onClose }: { decisionId: string; onClose: () => void }) => (
  <SidePanel title="Decision" onClose={onClose}>
    <DecisionSummary key={decisionId} decisionId={decisionId} />
  </SidePanel>
)
