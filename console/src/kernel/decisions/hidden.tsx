import { EyeOff } from "lucide-react"
import { Notice } from "@/ui/basics"

/** Why a proposal is not shown: a blind case about it waits for an answer. */
export const Hidden = () => (
  <Notice icon={<EyeOff aria-hidden />}>
    <strong className="font-semibold">This case is judged blind.</strong> A share of the cases is answered before
    anybody sees what was proposed, so that the record can tell how often people and models agree by themselves. The
    proposal, its reasons and its confidence appear here once the case is answered.
  </Notice>
)
