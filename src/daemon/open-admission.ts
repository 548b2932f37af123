import { type Admission, createAdmission } from '../access/admission.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { createPriceStore, type PriceStore } from '../prices/price-store.ts'
import { createPriceTable } from '../storage/price-table.ts'
import type { Data } from './open-data.ts'

/** What models cost, and who may ask for how much of it. */
export async function openAdmission({
  data,
  catalog,
}: {
  data: Pick<Data, 'database' | 'spending'>
  catalog: Pick<Catalog, 'tierOf'>
}): Promise<{ prices: PriceStore; admission: Admission }> {
  const prices = await createPriceStore({
    table: createPriceTable(data.database),
    tierOf: (model) => catalog.tierOf(model),
  })
  const admission = createAdmission({
    spending: data.spending,
    tariffOf: (model) => prices.tariffOf(model),
  })
  return { prices, admission }
}
