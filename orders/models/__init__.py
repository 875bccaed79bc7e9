"""Tables of schema `orders`.

cart.py     cart, cart_line
notice.py   stock_notice
order.py    order, order_line, order_event
stock.py    stock, stock_movement, quantity_rule
terms.py    selling_terms
webhook.py  webhook_endpoint, webhook_delivery
"""

from orders.models.cart import Cart, CartLine
from orders.models.notice import StockNotice
from orders.models.order import Order, OrderEvent, OrderLine
from orders.models.stock import QuantityRule, Stock, StockMovement
from orders.models.terms import SellingTerms
from orders.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Cart",
    "CartLine",
    "Order",
    "OrderEvent",
    "OrderLine",
    "QuantityRule",
    "SellingTerms",
    "Stock",
    "StockMovement",
    "StockNotice",
    "WebhookDelivery",
    "WebhookEndpoint",
]
