"""The public front, and the workbench's pages about it."""

from __future__ import annotations

from django.urls import path

from .views import contact, devices, engines, front, shop

app_name = "site"
urlpatterns = [
    path("", front.home, name="home"),
    path("robots.txt", engines.robots, name="robots"),
    path("sitemap.xml", engines.index, name="sitemap"),
    path("sitemaps/<slug:part>.xml", engines.part, name="sitemap_part"),
    path("site.webmanifest", front.manifest, name="manifest"),
    path("devices/", devices.index, name="devices"),
    path("devices/<slug:slug>/", devices.devices_of, name="devices_of"),
    path("devices/<slug:brand>/<slug:slug>/", devices.model, name="model"),
    path("devices/<slug:brand_slug>/<slug:slug>/card.png", engines.card, name="card"),
    path("devices/<slug:brand>/<slug:category>/<slug:slug>/", devices.family, name="family"),
    path("services/", shop.services, name="services"),
    path("services/<slug:key>/", shop.service, name="service"),
    path("prices/", shop.prices, name="prices"),
    path("how-it-works/", shop.how, name="how"),
    path("locations/", shop.locations, name="locations"),
    path("locations/<slug:slug>/", shop.location, name="location"),
    path("business/", shop.firms, name="business"),
    path("warranty/", shop.warranty, name="warranty"),
    path("contact/", contact.write, name="contact"),
    path("search/", shop.search, name="search"),
    path("workbench/inbox/", contact.inbox, name="inbox"),
    path("workbench/inbox/now/", contact.inbox_now, name="inbox_now"),
    path("workbench/inbox/<str:code>/", contact.message, name="message"),
    path("workbench/inbox/<str:code>/state/", contact.state, name="message_state"),
    path("workbench/style/", front.style, name="style"),
]
