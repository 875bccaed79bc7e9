"""Tables of schema catalog.

content.py      content_page, content_version, content_step, content_file
dropped.py      dropped_picture
family.py       family, completeness, completeness_tally, completeness_mark, publication_hold, document
classification.py  class_system, product_class
facet.py        facet_word: the words of filters as they were published
product.py      category, attribute, product, picture, list_price
relation.py     product_relation
timed_price.py  timed_price
importing.py    import_mapping, import_run, import_problem, import_stock, import_change, import_picture, import_relation
planning.py     publication_plan
previewing.py   preview_link
publication.py  publication, publication_run, published_product, published_category
search_rules.py shop_search_rule, shop_search_version, shop_search_judgement, shop_search_measure, shop_search_tally
site.py         content_menu, content_banner, content_redirect, content_request, content_settings
sharing.py      agreement, adoption, overlay, followed_publication, assortment_change, feed_key, feed_stop
"""

from catalog.models.classification import ClassSystem, ProductClass
from catalog.models.content import ContentFile, ContentPage, ContentStep, ContentVersion
from catalog.models.dropped import DroppedPicture
from catalog.models.facet import FacetWord
from catalog.models.family import Completeness, CompletenessMark, CompletenessTally, Document, Family, PublicationHold
from catalog.models.importing import ImportChange, ImportMapping, ImportPicture, ImportProblem, ImportRelation, ImportRun, ImportStock
from catalog.models.planning import PublicationPlan
from catalog.models.previewing import PreviewLink
from catalog.models.product import Attribute, Category, ListPrice, Picture, Product
from catalog.models.publication import Publication, PublicationRun, PublishedCategory, PublishedProduct
from catalog.models.relation import ProductRelation
from catalog.models.search_rules import ShopSearchJudgement, ShopSearchMeasure, ShopSearchRule, ShopSearchTally, ShopSearchVersion
from catalog.models.sharing import Adoption, Agreement, AssortmentChange, FeedKey, FeedStop, FollowedPublication, Overlay
from catalog.models.site import ContentBanner, ContentMenu, ContentRedirect, ContentRequest, ContentSettings
from catalog.models.timed_price import TimedPrice
from catalog.search import models as search_tables

__all__ = [
    "Adoption",
    "Agreement",
    "AssortmentChange",
    "Attribute",
    "Category",
    "ClassSystem",
    "Completeness",
    "CompletenessMark",
    "CompletenessTally",
    "ContentBanner",
    "ContentFile",
    "ContentMenu",
    "ContentPage",
    "ContentRedirect",
    "ContentRequest",
    "ContentSettings",
    "ContentStep",
    "ContentVersion",
    "Document",
    "DroppedPicture",
    "FacetWord",
    "Family",
    "FeedKey",
    "FeedStop",
    "FollowedPublication",
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
    "PreviewLink",
    "Product",
    "ProductClass",
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
    "TimedPrice",
    "search_tables",
]
