"""A brand from real data besides the drawn world: Microsoft's AdventureWorks sample, 504 products in six languages.

world.py                    import with the mappings beside it, publish, share with two partners
*.mapping.json              which column of the files is which field
"""
