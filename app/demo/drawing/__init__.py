"""Pictures of the demo world, drawn by this code: SVG in layers by true geometry under one light, rasters by resvg.

bicycles.py  a bicycle as a list of choices, and the drawing made from it
canvas.py  the sheet: layers, gradients kept once, SVG text
chains.py  chainrings, cassettes, chains, belts, cranks, pedals, derailleur
cockpits.py  stems, bars, grips, levers
clothes.py  bib shorts, socks, shoes
components.py  lamps, pumps, tools, wheels, saddles, drivetrains on their own
curves.py  outlines from points, ribbons, toothed wheels, tangents of chains
extras.py  mudguards, racks, lamps, motor and battery, stands, bottles, bells
forks.py  rigid, raked and suspension forks
frames.py  diamond and trapeze frames
frames_city.py  step-through, folding, cargo and full-suspension frames
geometry.py  stack, reach and angles to the points where tubes meet
lettering.py  letters drawn as strokes
goods.py  everything sold besides bicycles: drawing, material, studio
lamps.py  lamps that are no plain torch, a dynamo hub
light.py  one light, and how materials take it
luggage.py  bags, bottles, locks
marks.py  the tenants' marks
models.py  every bicycle model of the demo brand as choices
paints.py  the twelve paints
pictures.py  from a drawing to PNG bytes: studio ground, views, raster
saddles.py  saddles and seat posts
scenes.py  landscapes for home and category pages
shadows.py  shadows without blur filters
tools.py  repair stand, torque wrench, oil, grips, bottle cage, backpack
tubes.py  straight and bent tubes, balls, discs, joints, cables
wearables.py  helmets, jersey, jacket, gloves
wheels.py  tyres, rims, laced spokes, hubs, brake discs
"""
