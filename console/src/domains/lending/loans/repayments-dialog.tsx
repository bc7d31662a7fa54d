/** To come. */
export default function RepaymentsDialog({ onClose: _onClose }: { onClose: () => void }) {
  return null
}
