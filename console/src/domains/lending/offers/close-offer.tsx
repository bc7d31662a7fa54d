import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Confirm } from "@/ui/dialog"
import { toast } from "@/ui/toast"
import { aboutOffers, type Offer } from "./queries"

/** The borrower says no, or we take an offer back; another may be made after it. */
export function CloseOffer({
  offer,
  how,
  reference,
  onClose,
}: {
  offer: Offer
  how: "decline" | "withdraw"
  reference: string
  onClose: () => void
}) {
  const client = useQueryClient()
  const [headers] = useState(once)
  return (
    <Confirm
      open
      onClose={onClose}
      title={how === "decline" ? "Decline this offer?" : "Withdraw this offer?"}
      confirm={how === "decline" ? "Decline" : "Withdraw"}
      danger
      reason
      onConfirm={async (reason) => {
        const params = { path: { offer_id: offer.id }, header: headers }
        if (how === "decline") await api.POST("/api/v1/lending/offers/{offer_id}/decline", { params, body: { reason } })
        else await api.POST("/api/v1/lending/offers/{offer_id}/withdraw", { params, body: { reason } })
        toast(how === "decline" ? "Offer declined" : "Offer withdrawn")
        await client.invalidateQueries({ predicate: aboutOffers })
      }}
    >
      {how === "decline"
        ? `On the borrower's word: the offer for ${reference} ends, and another may be made.`
        : `The offer for ${reference} ends before it is accepted, and a question about it is closed. Another may be made.`}
    </Confirm>
  )
}
