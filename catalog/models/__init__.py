"""Tables of schema catalog.

family.py       family, completeness, completeness_tally, completeness_mark, publication_hold, document
content.py      content_page, content_version, content_step, content_file
facet.py        facet_word: the words of filters as they were published
product.py      category, attribute, product, picture, list_price
relation.py     product_relation
importing.py    import_mapping, import_run, import_problem, import_stock, import_change, import_picture, import_relation
planning.py     publication_plan
publication.py  publication, publication_run, published_product, published_category
search_rules.py shop_search_rule, shop_search_version, shop_search_judgement, shop_search_measure, shop_search_tally
sharing.py      agreement, adoption, overlay
"""

from catalog.models.content import ContentFile, ContentPage, ContentStep, ContentVersion
from catalog.models.facet import FacetWord
from catalog.models.family import Completeness, CompletenessMark, CompletenessTally, Document, Family, PublicationHold
from catalog.models.importing import ImportChange, ImportMapping, ImportPicture, ImportProblem, ImportRelation, ImportRun, ImportStock
from catalog.models.planning import PublicationPlan
from catalog.models.product import Attribute, Category, ListPrice, Picture, Product
from catalog.models.publication import Publication, PublicationRun, PublishedCategory, PublishedProduct
from catalog.models.relation import ProductRelation
from catalog.models.search_rules import ShopSearchJudgement, ShopSearchMeasure, ShopSearchRule, ShopSearchTally, ShopSearchVersion
from catalog.models.sharing import Adoption, Agreement, Overlay
from catalog.search import models as search_tables

__all__ = [
    "Adoption",
    "Agreement",
    "Attribute",
    "Category",
    "Completeness",
    "CompletenessMark",
    "CompletenessTally",
    "ContentFile",
    "ContentPage",
    "ContentStep",
    "ContentVersion",
    "Document",
    "FacetWord",
    "Family",
    "ImportChange",
    "ImportMapping",
    "ImportPicture",
    "ImportProblem",
    "ImportRelation",
    "ImportRun",
    "ImportStock",
    "ListPrice",
    "Overlay",
    "Picture",
    "Product",
    "ProductRelation",
    "Publication",
    "PublicationHold",
    "PublicationPlan",
    "PublicationRun",
    "PublishedCategory",
    "PublishedProduct",
    "ShopSearchJudgement",
    "ShopSearchMeasure",
    "ShopSearchRule",
    "ShopSearchTally",
    "ShopSearchVersion",
    "search_tables",
]
