"""ecoprod: may this product be called an ecodesign product, why, how surely, and what would turn the answer?"""
