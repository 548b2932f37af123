/** How many models of one provider may be selected. Apart from the schemas, for who does without them. */
export const mostSelectedModels = 50
