/** Credentials that the product uses for the organisation. */
export default function SecretsSection() {
  return <h2 className="text-[15px] font-semibold">Secrets</h2>
}
